variable "oidc_provider_arn" {
  description = "The ARN of GitHub's OIDC provider in this account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::\\d{12}:oidc-provider/[A-Za-z0-9._/-]+$", var.oidc_provider_arn))
    error_message = "oidc_provider_arn is the ARN of an OIDC provider."
  }
}

variable "repository_owner" {
  description = "The repository's owner."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+$", var.repository_owner))
    error_message = "repository_owner is one owner's name, without wildcards."
  }
}

variable "repository_name" {
  description = "The repository's name, without its owner."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[\\w.-]+$", var.repository_name))
    error_message = "repository_name is one name, without its owner and without wildcards."
  }
}

variable "owner_id" {
  description = "The owner's id, gh api users/OWNER --jq .id."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([1-9]\\d*)?$", var.owner_id))
    error_message = "owner_id is a number."
  }

  validation {
    condition     = var.owner_id != "" || var.identify_by == "names-that-can-be-recycled"
    error_message = "owner_id is required, unless identify_by is names-that-can-be-recycled."
  }
}

variable "repository_id" {
  description = "The repository's id, gh api repos/OWNER/NAME --jq .id."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([1-9]\\d*)?$", var.repository_id))
    error_message = "repository_id is a number."
  }

  validation {
    condition     = var.repository_id != "" || var.identify_by == "names-that-can-be-recycled"
    error_message = "repository_id is required, unless identify_by is names-that-can-be-recycled."
  }
}

variable "identify_by" {
  description = "How the role knows the repository. names-and-ids ends with a rename, ids survives one, and names-that-can-be-recycled also trusts whoever takes the name over."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["names-and-ids", "ids", "names-that-can-be-recycled"], var.identify_by)
    error_message = "identify_by is names-and-ids, ids or names-that-can-be-recycled."
  }
}

variable "branch" {
  description = "The branch to deploy from."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[\\w./+@#-]+$", var.branch))
    error_message = "branch is one branch, without refs/heads/ and without wildcards."
  }

  validation {
    condition     = !startswith(var.branch, "refs/")
    error_message = "branch is one branch, without refs/heads/ and without wildcards."
  }
}

variable "environment" {
  description = "The environment of the deploying job. Empty means that the job has none."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[\\w. /-]*$", var.environment))
    error_message = "environment is one environment, without wildcards."
  }
}

variable "any_ref_in_environment" {
  description = "Whether the environment's jobs may run on every branch, tag and pull request, not only on branch."
  type        = bool
  nullable    = false

  validation {
    condition     = !var.any_ref_in_environment || var.environment != ""
    error_message = "any_ref_in_environment needs environment."
  }
}

variable "called_workflow" {
  description = "The reusable workflow that the job must be in, OWNER/NAME/.github/workflows/FILE@REF. Empty means any."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([\\w.-]+/[\\w.-]+/\\.github/workflows/[\\w.-]+\\.ya?ml@[\\w./+-]+)?$", var.called_workflow))
    error_message = "called_workflow is OWNER/NAME/.github/workflows/FILE@REF, without wildcards."
  }
}
