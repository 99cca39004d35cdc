variable "policy_name" {
  description = "The boundary's name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,128}$", var.policy_name))
    error_message = "policy_name has 1 to 128 letters, digits and _+=,.@-."
  }
}

variable "allowed_actions" {
  description = "The most that roles with this boundary may do, such as s3:*. Not iam, sts, organizations or account."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for one in var.allowed_actions : can(regex("^[a-z0-9-]+:[A-Za-z*]+$", one))])
    error_message = "allowed_actions are SERVICE:ACTION."
  }

  validation {
    condition     = alltrue([for one in var.allowed_actions : !contains(["iam", "sts", "organizations", "account"], split(":", one)[0])])
    error_message = "allowed_actions has nothing of iam, sts, organizations or account."
  }

  validation {
    condition     = length(var.allowed_actions) > 0
    error_message = "allowed_actions has at least one item."
  }
}

variable "assumable_role_arns" {
  description = "ARNs of the roles that they may assume."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for one in var.assumable_role_arns : can(regex("^arn:aws[a-z-]*:iam::(\\d{12}|\\*):role/[\\w+=,.@/-]+$", one))])
    error_message = "assumable_role_arns are ARNs of roles, in which only the account may be *."
  }
}

variable "role_path" {
  description = "The path of the roles that CI may make."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^/([\\w-]+/)+$", var.role_path))
    error_message = "role_path begins and ends with a slash, and is not / alone."
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

variable "account_id" {
  description = "The account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^\\d{12}$", var.account_id))
    error_message = "account_id has 12 digits."
  }
}
