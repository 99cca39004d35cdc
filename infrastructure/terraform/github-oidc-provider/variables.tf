variable "issuer_url" {
  description = "The issuer of the tokens. GHE.com and GitHub Enterprise Server have their own."
  type        = string
  default     = "https://token.actions.githubusercontent.com"
  nullable    = false

  validation {
    condition     = can(regex("^https://[A-Za-z0-9.-]+(/[A-Za-z0-9._/-]+)?$", var.issuer_url))
    error_message = "issuer_url is an https:// address without a port, a query or a slash at the end."
  }
}

variable "audiences" {
  description = "The audiences that tokens may be for."
  type        = list(string)
  default     = ["sts.amazonaws.com"]
  nullable    = false

  validation {
    condition     = length(var.audiences) > 0
    error_message = "audiences has at least one item."
  }
}

variable "tags" {
  description = "Tags of the provider."
  type        = map(string)
  default     = {}
  nullable    = false
}
