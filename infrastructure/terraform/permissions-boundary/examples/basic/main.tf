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

module "permissions_boundary" {
  source = "../.."

  allowed_actions     = ["s3:*", "lambda:*", "logs:*"]
  assumable_role_arns = ["arn:aws:iam::444455556666:role/spoke-deploy"]
}
