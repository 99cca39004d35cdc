variable "account_ids" {
  description = "The accounts whose roles may be assumed."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for one in var.account_ids : can(regex("^\\d{12}$", one))])
    error_message = "account_ids have 12 digits."
  }

  validation {
    condition     = length(var.account_ids) > 0
    error_message = "account_ids has at least one item."
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
