module "policy" {
  source = "./policy"

  oidc_provider_arn      = var.oidc_provider_arn
  repository_owner       = var.repository_owner
  repository_name        = var.repository_name
  owner_id               = var.owner_id
  repository_id          = var.repository_id
  identify_by            = var.identify_by
  branch                 = var.branch
  environment            = var.environment
  any_ref_in_environment = var.any_ref_in_environment
  called_workflow        = var.called_workflow
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "Deploys ${var.repository_owner}/${var.repository_name}."
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
