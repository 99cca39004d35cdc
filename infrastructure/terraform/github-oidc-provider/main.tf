resource "aws_iam_openid_connect_provider" "this" {
  url            = var.issuer_url
  client_id_list = var.audiences
  tags           = var.tags
}
