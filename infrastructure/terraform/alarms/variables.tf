# policy/variables.tf validates the values that the policy is made of.

variable "expected_subject" {
  description = "The subjects that may enter by GitHub's provider, where * stands for any text, such as repo:octo-org@65/*."
  type        = string
  nullable    = false
}

variable "watched_role_arn" {
  description = "The ARN of the role that is used only from expected_address."
  type        = string
  nullable    = false
}

variable "expected_address" {
  description = "The runners' address, where * stands for any text, such as 203.0.113.*."
  type        = string
  nullable    = false
}

variable "log_group_name" {
  description = "The log group that CloudTrail writes to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[\\w./#-]{1,512}$", var.log_group_name))
    error_message = "log_group_name is the name of a log group."
  }
}

variable "topic_arn" {
  description = "The ARN of the SNS topic that alarms go to. Its key must let cloudwatch.amazonaws.com use it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[\\w.-]+$", var.topic_arn))
    error_message = "topic_arn is the ARN of an SNS topic."
  }
}

variable "name_prefix" {
  description = "The beginning of the alarms' names."
  type        = string
  default     = "github-oidc"
  nullable    = false

  validation {
    condition     = can(regex("^[\\w-]+$", var.name_prefix))
    error_message = "name_prefix has letters, digits, _ and -."
  }
}

variable "metric_namespace" {
  description = "The namespace of the metrics."
  type        = string
  default     = "GitHubOidc"
  nullable    = false

  validation {
    condition     = can(regex("^[\\w./#-]+$", var.metric_namespace))
    error_message = "metric_namespace has letters, digits and ./#_-."
  }
}

variable "refused_calls" {
  description = "How many refused calls within five minutes raise the alarm."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.refused_calls >= 1
    error_message = "refused_calls is at least 1."
  }
}

variable "tags" {
  description = "Tags of the alarms."
  type        = map(string)
  default     = {}
  nullable    = false
}
