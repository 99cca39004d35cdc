module "policy" {
  source = "./policy"

  hub_role_arn = var.hub_role_arn
  repositories = var.repositories
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "Deploys to this account, from the hub."
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
