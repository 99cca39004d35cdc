variables {
  user_arns           = ["arn:aws:iam::111122223333:user/legacy-deployer"]
  max_mfa_age_seconds = 3600
}

run "only_with_mfa" {
  command = plan

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Condition.Bool["aws:MultiFactorAuthPresent"] == "true"
    error_message = "MFA is required."
  }
}

run "refuses_a_whole_account" {
  command = plan

  variables {
    user_arns = ["arn:aws:iam::111122223333:root"]
  }

  expect_failures = [var.user_arns]
}

run "refuses_nobody" {
  command = plan

  variables {
    user_arns = []
  }

  expect_failures = [var.user_arns]
}

run "refuses_a_code_of_yesterday" {
  command = plan

  variables {
    max_mfa_age_seconds = 86400
  }

  expect_failures = [var.max_mfa_age_seconds]
}
