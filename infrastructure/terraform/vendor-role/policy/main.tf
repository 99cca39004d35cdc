locals {
  whole_account = "arn:${var.partition}:iam::${var.whole_vendor_account_id}:root"
  trust_policy = {
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.whole_vendor_account_id == "" ? var.vendor_principal_arn : local.whole_account }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "sts:ExternalId" = var.external_id }
      }
    }]
  }
}
