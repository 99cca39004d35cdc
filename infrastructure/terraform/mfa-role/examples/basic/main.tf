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

module "mfa_role" {
  source = "../.."

  user_arns                = ["arn:aws:iam::111122223333:user/legacy-deployer"]
  permissions_boundary_arn = "arn:aws:iam::111122223333:policy/ci-boundary"
}
