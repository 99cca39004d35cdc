output "boundary_policy" {
  description = "The boundary, as JSON."
  value       = jsonencode(local.boundary_policy)
}
