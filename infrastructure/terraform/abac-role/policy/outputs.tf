output "trust_policy" {
  description = "The role's trust policy, as JSON."
  value       = jsonencode(local.trust_policy)
}

output "permissions_policy" {
  description = "What a session may do, as JSON."
  value       = jsonencode(local.permissions_policy)
}
