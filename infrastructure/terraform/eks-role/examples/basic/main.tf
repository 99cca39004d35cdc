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

module "eks_role" {
  source = "../.."

  oidc_provider_arn        = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
  namespace                = "ci"
  service_account          = "deployer"
  permissions_boundary_arn = "arn:aws:iam::111122223333:policy/ci-boundary"
}
