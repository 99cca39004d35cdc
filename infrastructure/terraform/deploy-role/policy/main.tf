locals {
  # For its conditions, IAM names an issuer as in the provider's ARN.
  issuer  = split(":oidc-provider/", var.oidc_provider_arn)[1]
  has_ids = var.identify_by != "names-that-can-be-recycled"
  context = var.environment == "" ? "ref:refs/heads/${var.branch}" : "environment:${var.environment}"

  # Both forms of the subject: GitHub's immutable one, and the one of older repositories.
  older_subject     = "repo:${var.repository_owner}/${var.repository_name}:${local.context}"
  immutable_subject = "repo:${var.repository_owner}@${var.owner_id}/${var.repository_name}@${var.repository_id}:${local.context}"
  renamed_subject   = "repo:*@${var.owner_id}/*@${var.repository_id}:${local.context}"

  subjects = {
    "names-and-ids"              = [local.older_subject, local.immutable_subject]
    "ids"                        = []
    "names-that-can-be-recycled" = [local.older_subject]
  }

  string_equals = {
    "${local.issuer}:aud"                 = ["sts.amazonaws.com"]
    "${local.issuer}:sub"                 = local.subjects[var.identify_by]
    "${local.issuer}:repository_id"       = local.has_ids ? [var.repository_id] : []
    "${local.issuer}:repository_owner_id" = local.has_ids ? [var.owner_id] : []
    "${local.issuer}:ref"                 = var.environment != "" && !var.any_ref_in_environment ? ["refs/heads/${var.branch}"] : []
    "${local.issuer}:job_workflow_ref"    = compact([var.called_workflow])
  }
  string_like = {
    "${local.issuer}:sub" = var.identify_by == "ids" ? [local.renamed_subject] : []
  }
  condition = {
    StringEquals = { for key, values in local.string_equals : key => values if length(values) > 0 }
    StringLike   = { for key, values in local.string_like : key => values if length(values) > 0 }
  }

  trust_policy = {
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = var.oidc_provider_arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { for operator, keys in local.condition : operator => keys if length(keys) > 0 }
    }]
  }
}
