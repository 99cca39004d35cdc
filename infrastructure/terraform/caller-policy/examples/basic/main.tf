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

module "caller_policy" {
  source = "../.."

  caller_role_names = ["hub-deploy"]
  role_arns         = ["arn:aws:iam::444455556666:role/spoke-deploy", "arn:aws:iam::777788889999:role/spoke-deploy"]
}
