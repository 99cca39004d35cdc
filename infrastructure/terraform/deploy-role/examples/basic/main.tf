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

module "deploy_role" {
  source = "../.."

  oidc_provider_arn        = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  repository_owner         = "octo-org"
  repository_name          = "octo-repo"
  owner_id                 = "65"
  repository_id            = "74"
  environment              = "production"
  permissions_boundary_arn = "arn:aws:iam::111122223333:policy/ci-boundary"
}
