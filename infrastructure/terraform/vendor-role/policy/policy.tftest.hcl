variables {
  partition               = "aws"
  vendor_principal_arn    = "arn:aws:iam::555566667777:role/vendor-scanner"
  whole_vendor_account_id = ""
  external_id             = "octo-vendor-7c1f"
}

run "the_vendor_with_the_external_id" {
  command = plan

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Principal.AWS == "arn:aws:iam::555566667777:role/vendor-scanner"
    error_message = "Only the vendor's role is trusted."
  }

  assert {
    condition     = jsondecode(output.trust_policy).Statement[0].Condition.StringEquals["sts:ExternalId"] == "octo-vendor-7c1f"
    error_message = "The external id is required."
  }
}

run "refuses_everyone" {
  command = plan

  variables {
    vendor_principal_arn = "*"
  }

  expect_failures = [var.vendor_principal_arn]
}

run "refuses_two_principals" {
  command = plan

  variables {
    whole_vendor_account_id = "555566667777"
  }

  expect_failures = [var.vendor_principal_arn]
}

run "refuses_a_short_external_id" {
  command = plan

  variables {
    external_id = "octo"
  }

  expect_failures = [var.external_id]
}
