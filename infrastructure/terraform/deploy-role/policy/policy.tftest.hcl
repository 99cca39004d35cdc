variables {
  oidc_provider_arn      = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  repository_owner       = "octo-org"
  repository_name        = "octo-repo"
  owner_id               = "65"
  repository_id          = "74"
  identify_by            = "names-and-ids"
  branch                 = "main"
  environment            = ""
  any_ref_in_environment = false
  called_workflow        = ""
}

run "the_branch_alone" {
  command = plan

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == ["repo:octo-org/octo-repo:ref:refs/heads/main", "repo:octo-org@65/octo-repo@74:ref:refs/heads/main"]
    error_message = "The subjects are those of the branch."
  }

  assert {
    condition     = !can(jsondecode(output.trust_policy).Statement[0].Condition.StringLike)
    error_message = "No wildcard is needed."
  }
}

run "an_environment_with_its_branch" {
  command = plan

  variables {
    environment = "production"
  }

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:ref"] == ["refs/heads/main"]
    error_message = "The branch still counts in the environment."
  }
}

run "another_issuer" {
  command = plan

  variables {
    oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/ghes.example.com/_services/token"
  }

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Condition.StringEquals["ghes.example.com/_services/token:aud"] == ["sts.amazonaws.com"]
    error_message = "The keys have the issuer of the provider."
  }
}

run "refuses_a_wildcard_in_the_name" {
  command = plan

  variables {
    repository_name = "octo-*"
  }

  expect_failures = [var.repository_name]
}

run "refuses_a_wildcard_in_the_branch" {
  command = plan

  variables {
    branch = "*"
  }

  expect_failures = [var.branch]
}

run "refuses_a_policy_variable" {
  command = plan

  variables {
    branch = "$${aws:username}"
  }

  expect_failures = [var.branch]
}

run "refuses_names_without_ids" {
  command = plan

  variables {
    repository_id = ""
  }

  expect_failures = [var.repository_id]
}

run "refuses_a_workflow_of_any_ref" {
  command = plan

  variables {
    called_workflow = "octo-org/platform/.github/workflows/deploy.yml@*"
  }

  expect_failures = [var.called_workflow]
}

run "refuses_any_ref_without_an_environment" {
  command = plan

  variables {
    any_ref_in_environment = true
  }

  expect_failures = [var.any_ref_in_environment]
}
