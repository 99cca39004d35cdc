# policy/variables.tf validates the values that the policy is made of.

variable "hub_role_arn" {
  description = "The ARN of the hub's role."
  type        = string
  nullable    = false
}

variable "repositories" {
  description = "The repositories, OWNER/NAME, that the hub may deploy from. The hub must send the tag Repository."
  type        = list(string)
  nullable    = false
}

variable "role_name" {
  description = "The role's name."
  type        = string
  default     = "spoke-deploy"
  nullable    = false

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.role_name))
    error_message = "role_name has 1 to 64 letters, digits and _+=,.@-."
  }
}

variable "policy_arns" {
  description = "ARNs of the managed policies that say what the role may do."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.policy_arns : can(regex("^arn:aws[a-z-]*:iam::(\\d{12}|aws):policy/.+$", one))])
    error_message = "policy_arns are ARNs of managed policies."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the managed policy that bounds the role, such as the one of permissions-boundary."
  type        = string
  default     = null

  validation {
    condition     = var.without_permissions_boundary == (var.permissions_boundary_arn == null)
    error_message = "permissions_boundary_arn is required, unless without_permissions_boundary is true."
  }
}

variable "without_permissions_boundary" {
  description = "Whether to make the role without a permissions boundary."
  type        = bool
  default     = false
  nullable    = false
}

variable "max_session_seconds" {
  description = "How long a session may last."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.max_session_seconds >= 3600 && var.max_session_seconds <= 43200
    error_message = "max_session_seconds is 3600 to 43200."
  }
}

variable "tags" {
  description = "Tags of the role."
  type        = map(string)
  default     = {}
  nullable    = false
}
