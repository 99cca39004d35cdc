variable "vendor_principal_arn" {
  description = "The ARN of the vendor's role or user."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:iam::\\d{12}:(role|user)/[\\w+=,.@/-]+)?$", var.vendor_principal_arn))
    error_message = "vendor_principal_arn is the ARN of one role or user."
  }

  validation {
    condition     = (var.vendor_principal_arn == "") != (var.whole_vendor_account_id == "")
    error_message = "Give either vendor_principal_arn or whole_vendor_account_id."
  }
}

variable "whole_vendor_account_id" {
  description = "The vendor's account, if every role and user in it is trusted, instead of vendor_principal_arn."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(\\d{12})?$", var.whole_vendor_account_id))
    error_message = "whole_vendor_account_id has 12 digits."
  }
}

variable "external_id" {
  description = "An id that is unique to you. It prevents the vendor from using your role for another customer."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[\\w+=,.@:/-]{8,1000}$", var.external_id))
    error_message = "external_id has 8 to 1000 letters, digits and _+=,.@:/-."
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
