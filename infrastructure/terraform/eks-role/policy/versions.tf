# No provider: `tofu test` and `tofu plan` evaluate the policy as it is, without an account.
terraform {
  required_version = ">= 1.9"
}
