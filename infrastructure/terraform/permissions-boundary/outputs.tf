output "policy_arn" {
  description = "The boundary's ARN."
  value       = aws_iam_policy.this.arn
}
