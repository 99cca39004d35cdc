output "provider_arn" {
  description = "The provider's ARN, for the trust policies of roles."
  value       = aws_iam_openid_connect_provider.this.arn
}
