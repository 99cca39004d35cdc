# policy/variables.tf validates the values that the policy is made of.

variable "role_arns" {
  description = "ARNs of the roles that may be assumed, without wildcards."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "every_account_of_organization" {
  description = "The id of an organisation, of which any account's role named spoke_role_name may be assumed."
  type        = string
  default     = ""
  nullable    = false
}

variable "spoke_role_name" {
  description = "The name of those roles."
  type        = string
  default     = "spoke-deploy"
  nullable    = false
}

variable "policy_name" {
  description = "The managed policy's name."
  type        = string
  default     = "assume-spokes"
  nullable    = false

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,128}$", var.policy_name))
    error_message = "policy_name has 1 to 128 letters, digits and _+=,.@-."
  }
}

variable "caller_role_names" {
  description = "Names of this account's roles that may assume the others."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.caller_role_names) > 0
    error_message = "caller_role_names has at least one item."
  }
}

variable "tags" {
  description = "Tags of the policy."
  type        = map(string)
  default     = {}
  nullable    = false
}
