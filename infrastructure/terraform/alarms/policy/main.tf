locals {
  provider = "*:oidc-provider/token.actions.githubusercontent.com"

  filter_patterns = {
    refused-web-identity = "{ ($.eventName = \"AssumeRoleWithWebIdentity\") && ($.errorCode = \"*\") }"
    foreign-subject = join(" && ", [
      "{ ($.eventName = \"AssumeRoleWithWebIdentity\")",
      "($.errorCode NOT EXISTS)",
      "($.userIdentity.identityProvider = \"${local.provider}\")",
      "($.userIdentity.userName != \"${var.expected_subject}\") }",
    ])
    unexpected-address = join(" && ", [
      "{ ($.userIdentity.sessionContext.sessionIssuer.arn = \"${var.watched_role_arn}\")",
      "($.sourceIPAddress != \"${var.expected_address}\")",
      "($.sourceIPAddress != \"*.amazonaws.com\")",
      "($.sourceIPAddress != \"AWS Internal\") }",
    ])
    root = join(" && ", [
      "{ ($.userIdentity.type = \"Root\")",
      "($.userIdentity.invokedBy NOT EXISTS)",
      "($.eventType != \"AwsServiceEvent\") }",
    ])
  }
}
