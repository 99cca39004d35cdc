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

module "spoke_role" {
  source = "../.."

  hub_role_arn             = "arn:aws:iam::222233334444:role/hub-deploy"
  repositories             = ["octo-org/octo-repo"]
  permissions_boundary_arn = "arn:aws:iam::444455556666:policy/ci-boundary"
}
