locals {
  of_organization = var.every_account_of_organization != ""
  condition = {
    StringEquals = { for key, values in {
      "aws:ResourceOrgID" = compact([var.every_account_of_organization])
    } : key => values if length(values) > 0 }
  }

  statement = {
    Effect   = "Allow"
    Action   = ["sts:AssumeRole", "sts:TagSession"]
    Resource = local.of_organization ? ["arn:${var.partition}:iam::*:role/${var.spoke_role_name}"] : var.role_arns
    Condition = {
      for operator, keys in local.condition : operator => keys if length(keys) > 0
    }
  }
  caller_policy = {
    Version   = "2012-10-17"
    Statement = [{ for name, value in local.statement : name => value if length(value) > 0 }]
  }
}
