output "filter_patterns" {
  description = "The filters of CloudTrail's log group, by the alarm's name."
  value       = local.filter_patterns
}
