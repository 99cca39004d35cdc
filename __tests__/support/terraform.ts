import { HOST, rolesIn } from './found-policies.js';

/** What the roles of the tests refer to. */
export const NAMES = `
data "aws_caller_identity" "current" {}
resource "aws_iam_openid_connect_provider" "github" { url = "https://\${local.host}" }
locals {
  host = "${HOST}"
  subs = [for b in var.branches : "repo:\${var.repo}:ref:refs/heads/\${b}"]
}
variable "repo" { default = "octo-org/octo-repo" }
variable "branches" {
  type    = list(string)
  default = ["main"]
}
variable "open" {}
`;

/** A role with a document whose subject is this expression. */
export const withSubject = (expression: string): string => `
resource "aws_iam_role" "deploy" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = { StringEquals = { "\${local.host}:sub" = ${expression} } }
    }]
  })
}
`;

/** What an expression gives where a subject is expected: its texts between bars, what is unknown as its source. */
export async function subjectOf(
  expression: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const files = { 'main.tf': withSubject(expression), 'names.tf': NAMES, ...more };
  const { 'aws_iam_role.deploy': found } = await rolesIn(files, 'main.tf');
  return found?.[1]?.replace(`StringEquals ${HOST}:sub `, '');
}

/** Whether an expression has a value; `undefined` where only a deployment knows. */
export async function hasValue(expression: string): Promise<boolean | undefined> {
  const found = await subjectOf(`can(${expression}) ? "yes" : "no"`);
  return found === 'yes' || found === 'no' ? found === 'yes' : undefined;
}
