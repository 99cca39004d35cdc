# policy/variables.tf validates the values that the policy is made of.

variable "account_ids" {
  description = "The accounts whose roles may be assumed."
  type        = list(string)
  nullable    = false
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "vpc_id is vpc-…."
  }
}

variable "subnet_ids" {
  description = "The subnets, one per zone."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids has at least one item."
  }
}

variable "security_group_ids" {
  description = "Security groups that let the runners in at port 443."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.security_group_ids) > 0
    error_message = "security_group_ids has at least one item."
  }
}

variable "tags" {
  description = "Tags of the endpoint."
  type        = map(string)
  default     = {}
  nullable    = false
}
