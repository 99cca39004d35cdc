data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

module "policy" {
  source = "./policy"

  policy_name         = var.policy_name
  allowed_actions     = var.allowed_actions
  assumable_role_arns = var.assumable_role_arns
  role_path           = var.role_path
  partition           = data.aws_partition.current.partition
  account_id          = data.aws_caller_identity.current.account_id
}

resource "aws_iam_policy" "this" {
  name        = var.policy_name
  description = "The most that roles of CI may do."
  policy      = module.policy.boundary_policy
  tags        = var.tags
}
