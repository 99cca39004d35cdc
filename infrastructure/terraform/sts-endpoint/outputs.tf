output "endpoint_id" {
  description = "The endpoint's id, for aws:SourceVpce in trust policies."
  value       = aws_vpc_endpoint.this.id
}
