variable "expected_subject" {
  description = "The subjects that may enter by GitHub's provider, where * stands for any text, such as repo:octo-org@65/*."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[^\"\\s\\\\]+$", var.expected_subject))
    error_message = "expected_subject has neither blanks nor quotes nor backslashes."
  }
}

variable "watched_role_arn" {
  description = "The ARN of the role that is used only from expected_address."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]+$", var.watched_role_arn))
    error_message = "watched_role_arn is the ARN of one role."
  }
}

variable "expected_address" {
  description = "The runners' address, where * stands for any text, such as 203.0.113.*."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-f.:*]+$", var.expected_address))
    error_message = "expected_address is an address, in which * stands for any text."
  }
}
