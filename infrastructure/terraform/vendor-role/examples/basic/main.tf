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

module "vendor_role" {
  source = "../.."

  vendor_principal_arn     = "arn:aws:iam::555566667777:role/vendor-scanner"
  external_id              = "octo-vendor-7c1f"
  permissions_boundary_arn = "arn:aws:iam::111122223333:policy/ci-boundary"
}
