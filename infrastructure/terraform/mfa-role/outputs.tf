output "role_arn" {
  description = "The role's ARN, for role-to-assume."
  value       = aws_iam_role.this.arn
}
