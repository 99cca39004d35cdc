import type { TrustPolicy } from '../trust/language/policy.js';
import { globMatcher } from './sources/glob.js';

/** A role that a file has, or the file itself where it is one trust policy. */
export interface CheckedRole {
  readonly path: string;
  readonly role: string | undefined;
  readonly policy: TrustPolicy;
  /** Whether tokens may get in. */
  readonly trustsProvider: boolean;
}

/** Whether a pattern names a role: in whole, or by its last part without what varies. */
export function roleMatcher(pattern: string): (role: Pick<CheckedRole, 'path' | 'role'>) => boolean {
  const matches = globMatcher(pattern);
  return (one) => namesOf(one).some(matches);
}

/**
 * A role's names: as reports have it, without the parameters or the index that make it one of several, and the last
 * part of an ARN or an address. A policy that is a file has the file's, also without what its name ends in.
 */
export function namesOf({ path, role }: Pick<CheckedRole, 'path' | 'role'>): readonly string[] {
  if (role === undefined) {
    const file = path.slice(path.lastIndexOf('/') + 1);
    return [path, file, file.replace(/(?<=.)\..*$/s, '')];
  }
  const plain = plainName(role);
  const isArn = role.startsWith('arn:');
  const short = isArn ? plain.slice(plain.lastIndexOf('/') + 1) : plain.slice(plain.lastIndexOf('.') + 1);
  return [role, plain, short];
}

/** `Deploy (Stage: prod)` is one of the variants of `Deploy`, and `aws_iam_role.deploy["a"]` of `aws_iam_role.deploy`. */
export function plainName(role: string): string {
  return role.replace(/ \([^()]*\)$/, '').replace(/\[[^[\]]*\]$/, '');
}
