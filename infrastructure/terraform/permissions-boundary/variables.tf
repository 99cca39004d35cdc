# policy/variables.tf validates the values that the policy is made of.

variable "policy_name" {
  description = "The boundary's name."
  type        = string
  default     = "ci-boundary"
  nullable    = false
}

variable "allowed_actions" {
  description = "The most that roles with this boundary may do, such as s3:*. Not iam, sts, organizations or account."
  type        = list(string)
  nullable    = false
}

variable "assumable_role_arns" {
  description = "ARNs of the roles that they may assume."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "role_path" {
  description = "The path of the roles that CI may make."
  type        = string
  default     = "/ci/"
  nullable    = false
}

variable "tags" {
  description = "Tags of the policy."
  type        = map(string)
  default     = {}
  nullable    = false
}
