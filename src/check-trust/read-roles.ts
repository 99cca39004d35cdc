import { TrustSyntaxError } from '../trust/language/json.js';
import type { CheckedRole } from './checked-role.js';
import type { FileProblem } from './output/report.js';
import type { PolicyFile } from './sources/files.js';
import { findPolicies } from './sources/find-policies.js';
import type { FoundPolicy } from './sources/found.js';

/** The roles of files, and what cannot be read of them. */
export async function readRoles(files: readonly PolicyFile[]): Promise<{
  readonly roles: readonly CheckedRole[];
  readonly problems: readonly FileProblem[];
}> {
  const roles: CheckedRole[] = [];
  const problems: FileProblem[] = [];
  for (const file of files) {
    try {
      const found = await findPolicies(file);
      roles.push(...found.policies.map((one) => checkedRole(file, one)));
      problems.push(...found.problems.map((one) => ({ ...one, path: one.path ?? file.path })));
    } catch (error) {
      if (!(error instanceof TrustSyntaxError)) throw error;
      problems.push(syntaxProblem(file, error));
    }
  }
  return { roles, problems };
}

/** A policy with the file that it stands in. */
export function checkedRole(
  file: PolicyFile,
  { role, policy, path, trustsProvider }: FoundPolicy,
): CheckedRole {
  return { path: path ?? file.path, role, policy, trustsProvider };
}

/** A file that is not a document, or not a policy. */
export function syntaxProblem({ path }: PolicyFile, { at, problem: message }: TrustSyntaxError): FileProblem {
  return { rule: 'syntax', severity: 'error', path, role: undefined, at, message };
}
