data "aws_partition" "current" {}

module "policy" {
  source = "./policy"

  role_arns                     = var.role_arns
  every_account_of_organization = var.every_account_of_organization
  spoke_role_name               = var.spoke_role_name
  partition                     = data.aws_partition.current.partition
}

resource "aws_iam_policy" "this" {
  name        = var.policy_name
  description = "Assume the roles of other accounts."
  policy      = module.policy.caller_policy
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = toset(var.caller_role_names)

  role       = each.value
  policy_arn = aws_iam_policy.this.arn
}
