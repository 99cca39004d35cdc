# policy/variables.tf validates the values that the policy is made of.

variable "oidc_provider_arn" {
  description = "The ARN of GitHub's OIDC provider in this account."
  type        = string
  nullable    = false
}

variable "repository_owner" {
  description = "The repository's owner."
  type        = string
  nullable    = false
}

variable "repository_name" {
  description = "The repository's name, without its owner."
  type        = string
  nullable    = false
}

variable "owner_id" {
  description = "The owner's id, gh api users/OWNER --jq .id."
  type        = string
  default     = ""
  nullable    = false
}

variable "repository_id" {
  description = "The repository's id, gh api repos/OWNER/NAME --jq .id."
  type        = string
  default     = ""
  nullable    = false
}

variable "identify_by" {
  description = "How the role knows the repository. names-and-ids ends with a rename, ids survives one, and names-that-can-be-recycled also trusts whoever takes the name over."
  type        = string
  default     = "names-and-ids"
  nullable    = false
}

variable "branch" {
  description = "The branch to deploy from."
  type        = string
  default     = "main"
  nullable    = false
}

variable "environment" {
  description = "The environment of the deploying job. Empty means that the job has none."
  type        = string
  default     = ""
  nullable    = false
}

variable "any_ref_in_environment" {
  description = "Whether the environment's jobs may run on every branch, tag and pull request, not only on branch."
  type        = bool
  default     = false
  nullable    = false
}

variable "called_workflow" {
  description = "The reusable workflow that the job must be in, OWNER/NAME/.github/workflows/FILE@REF. Empty means any."
  type        = string
  default     = ""
  nullable    = false
}

variable "role_name" {
  description = "The role's name."
  type        = string
  default     = "github-deploy"
  nullable    = false

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.role_name))
    error_message = "role_name has 1 to 64 letters, digits and _+=,.@-."
  }
}

variable "policy_arns" {
  description = "ARNs of the managed policies that say what the role may do."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.policy_arns : can(regex("^arn:aws[a-z-]*:iam::(\\d{12}|aws):policy/.+$", one))])
    error_message = "policy_arns are ARNs of managed policies."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the managed policy that bounds the role, such as the one of permissions-boundary."
  type        = string
  default     = null

  validation {
    condition     = var.without_permissions_boundary == (var.permissions_boundary_arn == null)
    error_message = "permissions_boundary_arn is required, unless without_permissions_boundary is true."
  }
}

variable "without_permissions_boundary" {
  description = "Whether to make the role without a permissions boundary."
  type        = bool
  default     = false
  nullable    = false
}

variable "max_session_seconds" {
  description = "How long a session may last."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.max_session_seconds >= 3600 && var.max_session_seconds <= 43200
    error_message = "max_session_seconds is 3600 to 43200."
  }
}

variable "tags" {
  description = "Tags of the role."
  type        = map(string)
  default     = {}
  nullable    = false
}
