variables {
  expected_subject = "repo:octo-org@65/*"
  watched_role_arn = "arn:aws:iam::111122223333:role/github-deploy"
  expected_address = "203.0.113.*"
}

run "one_filter_per_alarm" {
  command = plan

  assert {
    condition     = keys(output.filter_patterns) == ["foreign-subject", "refused-web-identity", "root", "unexpected-address"]
    error_message = "There are four filters."
  }
}

run "refuses_a_quote" {
  command = plan

  variables {
    expected_subject = "repo:\"octo"
  }

  expect_failures = [var.expected_subject]
}

run "refuses_every_role" {
  command = plan

  variables {
    watched_role_arn = "*"
  }

  expect_failures = [var.watched_role_arn]
}
