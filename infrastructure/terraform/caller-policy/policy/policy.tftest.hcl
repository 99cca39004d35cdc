variables {
  partition                     = "aws"
  role_arns                     = ["arn:aws:iam::444455556666:role/spoke-deploy"]
  every_account_of_organization = ""
  spoke_role_name               = "spoke-deploy"
}

run "only_the_roles_given" {
  command = plan

  assert {
    condition     = jsondecode(output.caller_policy).Statement[0].Resource == ["arn:aws:iam::444455556666:role/spoke-deploy"]
    error_message = "Only these roles can be assumed."
  }
}

run "an_organisation_needs_its_condition" {
  command = plan

  variables {
    role_arns                     = []
    every_account_of_organization = "o-exampleorgid"
  }

  assert {
    condition     = jsondecode(output.caller_policy).Statement[0].Condition.StringEquals["aws:ResourceOrgID"] == ["o-exampleorgid"]
    error_message = "Only roles of the organisation can be assumed."
  }
}

run "refuses_every_role" {
  command = plan

  variables {
    role_arns = ["*"]
  }

  expect_failures = [var.role_arns]
}

run "refuses_a_wildcard" {
  command = plan

  variables {
    role_arns = ["arn:aws:iam::444455556666:role/*"]
  }

  expect_failures = [var.role_arns]
}

run "refuses_nothing_at_all" {
  command = plan

  variables {
    role_arns = []
  }

  expect_failures = [var.role_arns]
}
