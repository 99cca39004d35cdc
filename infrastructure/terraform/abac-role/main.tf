module "policy" {
  source = "./policy"

  caller_role_arn = var.caller_role_arn
  repositories    = var.repositories
  actions         = var.actions
  resource_arns   = var.resource_arns
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "Reaches the resources with the tag Repository of its session."
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

resource "aws_iam_role_policy" "this" {
  name   = "own-resources"
  role   = aws_iam_role.this.id
  policy = module.policy.permissions_policy
}
