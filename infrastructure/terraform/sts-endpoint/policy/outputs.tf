output "endpoint_policy" {
  description = "The endpoint's policy, as JSON."
  value       = jsonencode(local.endpoint_policy)
}
