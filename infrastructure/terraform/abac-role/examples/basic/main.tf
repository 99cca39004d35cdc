terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.81"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

module "abac_role" {
  source = "../.."

  caller_role_arn          = "arn:aws:iam::222233334444:role/hub-deploy"
  repositories             = ["octo-org/octo-repo", "octo-org/octo-shop"]
  actions                  = ["secretsmanager:GetSecretValue"]
  resource_arns            = ["arn:aws:secretsmanager:*:111122223333:secret:*"]
  permissions_boundary_arn = "arn:aws:iam::111122223333:policy/ci-boundary"
}
