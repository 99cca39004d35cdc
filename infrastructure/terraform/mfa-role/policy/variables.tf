variable "user_arns" {
  description = "ARNs of the users that may assume the role."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for one in var.user_arns : can(regex("^arn:aws[a-z-]*:iam::\\d{12}:user/[\\w+=,.@/-]+$", one))])
    error_message = "user_arns are ARNs of users, without wildcards."
  }

  validation {
    condition     = length(var.user_arns) > 0
    error_message = "user_arns has at least one item."
  }
}

variable "max_mfa_age_seconds" {
  description = "How long ago the MFA code may have been given."
  type        = number
  nullable    = false

  validation {
    condition     = var.max_mfa_age_seconds >= 60 && var.max_mfa_age_seconds <= 43200
    error_message = "max_mfa_age_seconds is 60 to 43200."
  }
}
