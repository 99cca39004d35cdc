output "caller_policy" {
  description = "The caller's policy, as JSON."
  value       = jsonencode(local.caller_policy)
}
