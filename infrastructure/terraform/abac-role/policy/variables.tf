variable "caller_role_arn" {
  description = "The ARN of the role that sends the tag, such as the hub's."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]+$", var.caller_role_arn))
    error_message = "caller_role_arn is the ARN of one role."
  }
}

variable "repositories" {
  description = "The repositories, OWNER/NAME, that the tag may name."
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

variable "actions" {
  description = "What a session may do with the resources that have its tag. The service must support aws:ResourceTag."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for one in var.actions : can(regex("^[a-z0-9-]+:[A-Za-z]+$", one))])
    error_message = "actions are SERVICE:ACTION, without wildcards."
  }

  validation {
    condition     = length(var.actions) > 0
    error_message = "actions has at least one item."
  }
}

variable "resource_arns" {
  description = "ARNs of the resources, in which * stands for any text; the tag narrows them further."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for one in var.resource_arns : can(regex("^arn:aws[a-z-]*:[a-z0-9-]+:.*$", one))])
    error_message = "resource_arns are ARNs; * alone is not one."
  }

  validation {
    condition     = length(var.resource_arns) > 0
    error_message = "resource_arns has at least one item."
  }
}
