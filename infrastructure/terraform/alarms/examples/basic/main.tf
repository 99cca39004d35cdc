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

module "alarms" {
  source = "../.."

  log_group_name   = "cloudtrail"
  topic_arn        = "arn:aws:sns:eu-central-1:111122223333:security"
  expected_subject = "repo:octo-org@65/*"
  watched_role_arn = "arn:aws:iam::111122223333:role/github-deploy"
  expected_address = "203.0.113.*"
}
