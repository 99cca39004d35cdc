variable "oidc_provider_arn" {
  description = "The ARN of the cluster's OIDC provider."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::\\d{12}:oidc-provider/[A-Za-z0-9./-]+$", var.oidc_provider_arn))
    error_message = "oidc_provider_arn is the ARN of an OIDC provider."
  }
}

variable "namespace" {
  description = "The service account's namespace."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "namespace is one namespace, without wildcards."
  }
}

variable "service_account" {
  description = "The service account's name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", var.service_account))
    error_message = "service_account is one name, without wildcards."
  }
}
