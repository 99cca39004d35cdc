variables {
  caller_role_arn = "arn:aws:iam::222233334444:role/hub-deploy"
  repositories    = ["octo-org/octo-repo", "octo-org/octo-shop"]
  actions         = ["secretsmanager:GetSecretValue"]
  resource_arns   = ["arn:aws:secretsmanager:*:111122223333:secret:*"]
}

run "only_resources_with_the_tag" {
  command = plan

  assert {
    condition     = jsondecode(output.permissions_policy).Statement[0].Condition.StringEquals["aws:ResourceTag/Repository"] == "$${aws:PrincipalTag/Repository}"
    error_message = "The resource has the tag of the session."
  }

  assert {
    condition     = contains(jsondecode(output.trust_policy).Statement[0].Action, "sts:TagSession")
    error_message = "The caller may send tags."
  }
}

run "refuses_every_resource" {
  command = plan

  variables {
    resource_arns = ["*"]
  }

  expect_failures = [var.resource_arns]
}

run "refuses_every_action" {
  command = plan

  variables {
    actions = ["*"]
  }

  expect_failures = [var.actions]
}

run "refuses_every_repository" {
  command = plan

  variables {
    repositories = ["*"]
  }

  expect_failures = [var.repositories]
}
