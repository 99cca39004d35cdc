module "policy" {
  source = "./policy"

  user_arns           = var.user_arns
  max_mfa_age_seconds = var.max_mfa_age_seconds
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "For people with MFA."
  assume_role_policy   = module.policy.trust_policy
  max_session_duration = var.max_session_seconds
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = toset(var.policy_arns)

  role       = aws_iam_role.this.name
  policy_arn = each.value
}
