variables {
  partition   = "aws"
  account_ids = ["111122223333"]
}

run "only_roles_of_the_accounts" {
  command = plan

  assert {
    condition     = alltrue([for one in slice(jsondecode(output.endpoint_policy).Statement, 0, 2) : one.Condition.StringEquals["aws:ResourceAccount"] == ["111122223333"]])
    error_message = "Only roles of the accounts can be assumed."
  }
}

run "refuses_every_account" {
  command = plan

  variables {
    account_ids = ["*"]
  }

  expect_failures = [var.account_ids]
}

run "refuses_no_account" {
  command = plan

  variables {
    account_ids = []
  }

  expect_failures = [var.account_ids]
}
