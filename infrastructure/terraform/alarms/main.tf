module "policy" {
  source = "./policy"

  expected_subject = var.expected_subject
  watched_role_arn = var.watched_role_arn
  expected_address = var.expected_address
}

locals {
  metrics = {
    refused-web-identity = { name = "RefusedWebIdentity", threshold = var.refused_calls, description = "STS refused a token." }
    foreign-subject      = { name = "ForeignSubject", threshold = 1, description = "A subject that is not expected entered by GitHub's provider." }
    unexpected-address   = { name = "UnexpectedAddress", threshold = 1, description = "The role was used from an address that is not expected." }
    root                 = { name = "Root", threshold = 1, description = "Root was used." }
  }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.metrics

  name           = "${var.name_prefix}-${each.key}"
  log_group_name = var.log_group_name
  pattern        = module.policy.filter_patterns[each.key]

  metric_transformation {
    namespace     = var.metric_namespace
    name          = each.value.name
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.metrics

  alarm_name          = "${var.name_prefix}-${each.key}"
  alarm_description   = each.value.description
  namespace           = var.metric_namespace
  metric_name         = each.value.name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  tags                = var.tags
}
