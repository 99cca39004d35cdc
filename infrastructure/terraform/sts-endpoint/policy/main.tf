locals {
  every_role = "arn:${var.partition}:iam::*:role/*"
  endpoint_policy = {
    Version = "2012-10-17"
    Statement = [
      # A token is no principal of an account, so only the role's account can be asked for.
      {
        Sid       = "TokensForRolesOfTheseAccounts"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["sts:AssumeRoleWithWebIdentity"]
        Resource  = local.every_role
        Condition = {
          StringEquals = { "aws:ResourceAccount" = var.account_ids }
        }
      },
      {
        Sid       = "PrincipalsAndRolesOfTheseAccounts"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
        Resource  = local.every_role
        Condition = {
          StringEquals = {
            "aws:PrincipalAccount" = var.account_ids
            "aws:ResourceAccount"  = var.account_ids
          }
        }
      },
      # It has no resource, and needs no permission.
      {
        Sid       = "WhoAmI"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["sts:GetCallerIdentity"]
        Resource  = "*"
        Condition = {
          StringEquals = { "aws:PrincipalAccount" = var.account_ids }
        }
      },
    ]
  }
}
