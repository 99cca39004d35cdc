data "aws_partition" "current" {}

data "aws_region" "current" {}

module "policy" {
  source = "./policy"

  account_ids = var.account_ids
  partition   = data.aws_partition.current.partition
}

resource "aws_vpc_endpoint" "this" {
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${data.aws_region.current.name}.sts"
  private_dns_enabled = true
  vpc_id              = var.vpc_id
  subnet_ids          = var.subnet_ids
  security_group_ids  = var.security_group_ids
  policy              = module.policy.endpoint_policy
  tags                = var.tags
}
