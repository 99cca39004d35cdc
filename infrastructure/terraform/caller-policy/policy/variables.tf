variable "role_arns" {
  description = "ARNs of the roles that may be assumed, without wildcards."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for one in var.role_arns : can(regex("^arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]+$", one))])
    error_message = "role_arns are ARNs of roles, without wildcards."
  }

  validation {
    condition     = (length(var.role_arns) > 0) == (var.every_account_of_organization == "")
    error_message = "Give either role_arns or every_account_of_organization."
  }
}

variable "every_account_of_organization" {
  description = "The id of an organisation, of which any account's role named spoke_role_name may be assumed."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(o-[a-z0-9]{10,32})?$", var.every_account_of_organization))
    error_message = "every_account_of_organization is the id of an organisation, o-…."
  }
}

variable "spoke_role_name" {
  description = "The name of those roles."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.spoke_role_name))
    error_message = "spoke_role_name has 1 to 64 letters, digits and _+=,.@-."
  }
}

variable "partition" {
  description = "The partition."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^aws[a-z-]*$", var.partition))
    error_message = "partition is aws, aws-cn or the like."
  }
}
