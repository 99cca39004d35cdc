locals {
  boundary_arn = "arn:${var.partition}:iam::${var.account_id}:policy/${var.policy_name}"
  made_roles   = "arn:${var.partition}:iam::${var.account_id}:role${var.role_path}*"

  statements = [
    {
      Sid    = "Services"
      Effect = "Allow"
      Action = var.allowed_actions
      # A boundary grants nothing by itself: the role's own policies name the resources.
      Resource  = ["*"]
      Condition = {}
    },
    {
      Sid       = "AssumeRoles"
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Resource  = var.assumable_role_arns
      Condition = {}
    },
    {
      Sid    = "ChangeRolesWithThisBoundary"
      Effect = "Allow"
      Action = [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ]
      Resource = [local.made_roles]
      Condition = {
        StringEquals = { "iam:PermissionsBoundary" = local.boundary_arn }
      }
    },
    {
      Sid    = "SeeTagAndDeleteRoles"
      Effect = "Allow"
      Action = [
        "iam:DeleteRole",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
        "iam:PassRole",
        "iam:TagRole",
        "iam:UntagRole",
      ]
      Resource  = [local.made_roles]
      Condition = {}
    },
    {
      Sid       = "KeepBoundaries"
      Effect    = "Deny"
      Action    = ["iam:DeleteRolePermissionsBoundary"]
      Resource  = ["arn:${var.partition}:iam::${var.account_id}:role/*"]
      Condition = {}
    },
    {
      Sid       = "KeepThisBoundary"
      Effect    = "Deny"
      Action    = ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"]
      Resource  = [local.boundary_arn]
      Condition = {}
    },
  ]
  boundary_policy = {
    Version = "2012-10-17"
    Statement = [
      for statement in local.statements : { for name, value in statement : name => value if length(value) > 0 }
      if length(statement.Resource) > 0
    ]
  }
}
