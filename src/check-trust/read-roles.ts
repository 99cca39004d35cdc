import { TrustSyntaxError } from '../trust/language/json.js';
import type { CheckedRole } from './checked-role.js';
import type { FileProblem } from './output/report.js';
import type { PolicyFile } from './sources/files.js';
import { findPolicies } from './sources/find-policies.js';
import type { Found, FoundPolicy } from './sources/found.js';

/** A file, what was found in it, and what cannot be read of it. */
export interface ReadFile {
  readonly file: PolicyFile;
  /** Undefined for a file that is not a document, or not a policy. */
  readonly found: Found | undefined;
  readonly problems: readonly FileProblem[];
}

export async function readFiles(files: readonly PolicyFile[]): Promise<readonly ReadFile[]> {
  const read: ReadFile[] = [];
  for (const file of files) {
    try {
      const found = await findPolicies(file);
      const problems = found.problems.map((one) => ({ ...one, path: one.path ?? file.path }));
      read.push({ file, found, problems });
    } catch (error) {
      if (!(error instanceof TrustSyntaxError)) throw error;
      read.push({ file, found: undefined, problems: [syntaxProblem(file, error)] });
    }
  }
  return read;
}

/** The roles of files. */
export function rolesOf(read: readonly ReadFile[]): readonly CheckedRole[] {
  return read.flatMap(({ file, found }) => (found?.policies ?? []).map((one) => checkedRole(file, one)));
}

/** A policy with the file that it stands in. */
function checkedRole(file: PolicyFile, { role, policy, path, trustsProvider }: FoundPolicy): CheckedRole {
  return { path: path ?? file.path, role, policy, trustsProvider };
}

/** A file that is not a document, or not a policy. */
function syntaxProblem({ path }: PolicyFile, { at, problem: message }: TrustSyntaxError): FileProblem {
  return { rule: 'syntax', severity: 'error', path, role: undefined, at, message };
}
