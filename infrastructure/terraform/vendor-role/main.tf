data "aws_partition" "current" {}

module "policy" {
  source = "./policy"

  vendor_principal_arn    = var.vendor_principal_arn
  whole_vendor_account_id = var.whole_vendor_account_id
  external_id             = var.external_id
  partition               = data.aws_partition.current.partition
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "For a vendor, with an external id."
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
