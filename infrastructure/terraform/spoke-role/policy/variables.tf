variable "hub_role_arn" {
  description = "The ARN of the hub's role."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]+$", var.hub_role_arn))
    error_message = "hub_role_arn is the ARN of one role."
  }
}

variable "repositories" {
  description = "The repositories, OWNER/NAME, that the hub may deploy from. The hub must send the tag Repository."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for one in var.repositories : can(regex("^[\\w.-]+/[\\w.-]+$", one))])
    error_message = "repositories are OWNER/NAME, without wildcards."
  }

  validation {
    condition     = length(var.repositories) > 0
    error_message = "repositories has at least one item."
  }
}
