variables {
  hub_role_arn = "arn:aws:iam::222233334444:role/hub-deploy"
  repositories = ["octo-org/octo-repo"]
}

run "the_hub_with_its_tag" {
  command = plan

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Principal.AWS == "arn:aws:iam::222233334444:role/hub-deploy"
    error_message = "Only the hub is trusted."
  }

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Condition.StringEquals["aws:RequestTag/Repository"] == ["octo-org/octo-repo"]
    error_message = "Only this repository is trusted."
  }
}

run "refuses_a_whole_account" {
  command = plan

  variables {
    hub_role_arn = "arn:aws:iam::222233334444:root"
  }

  expect_failures = [var.hub_role_arn]
}

run "refuses_every_repository" {
  command = plan

  variables {
    repositories = ["octo-org/*"]
  }

  expect_failures = [var.repositories]
}

run "refuses_no_repository" {
  command = plan

  variables {
    repositories = []
  }

  expect_failures = [var.repositories]
}
