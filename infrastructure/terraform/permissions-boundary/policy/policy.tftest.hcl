variables {
  partition           = "aws"
  account_id          = "111122223333"
  policy_name         = "ci-boundary"
  allowed_actions     = ["s3:*", "lambda:*"]
  assumable_role_arns = []
  role_path           = "/ci/"
}

run "roles_only_with_this_boundary" {
  command = plan

  assert {
    condition     = one([for one in jsondecode(output.boundary_policy).Statement : one if one.Sid == "ChangeRolesWithThisBoundary"]).Condition.StringEquals["iam:PermissionsBoundary"] == "arn:aws:iam::111122223333:policy/ci-boundary"
    error_message = "Roles are made only with this boundary."
  }

  assert {
    condition     = length([for one in jsondecode(output.boundary_policy).Statement : one if one.Sid == "AssumeRoles"]) == 0
    error_message = "No role can be assumed."
  }
}

run "refuses_every_action" {
  command = plan

  variables {
    allowed_actions = ["*"]
  }

  expect_failures = [var.allowed_actions]
}

run "refuses_iam" {
  command = plan

  variables {
    allowed_actions = ["iam:*"]
  }

  expect_failures = [var.allowed_actions]
}

run "refuses_the_root_path" {
  command = plan

  variables {
    role_path = "/"
  }

  expect_failures = [var.role_path]
}

run "refuses_every_role" {
  command = plan

  variables {
    assumable_role_arns = ["*"]
  }

  expect_failures = [var.assumable_role_arns]
}
