locals {
  trust_policy = {
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.caller_role_arn }
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Condition = {
        StringEquals = { "aws:RequestTag/Repository" = var.repositories }
      }
    }]
  }

  permissions_policy = {
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = var.actions
      Resource = var.resource_arns
      Condition = {
        StringEquals = { "aws:ResourceTag/Repository" = "$${aws:PrincipalTag/Repository}" }
      }
    }]
  }
}
