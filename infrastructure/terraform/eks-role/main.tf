module "policy" {
  source = "./policy"

  oidc_provider_arn = var.oidc_provider_arn
  namespace         = var.namespace
  service_account   = var.service_account
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "The service account ${var.namespace}/${var.service_account}."
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
