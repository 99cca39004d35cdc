output "trust_policy" {
  description = "The role's trust policy, as JSON."
  value       = jsonencode(local.trust_policy)
}
