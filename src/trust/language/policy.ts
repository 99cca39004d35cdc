import type { Operator } from './operators.js';
import type { Located, Position, Text } from './text.js';

/** The kinds of principal IAM knows. `*` alone stands for all of them. */
export type PrincipalType = 'AWS' | 'Federated' | 'Service' | 'CanonicalUser';

/** One value of a Principal element. `"Principal": "*"` is `type: '*'`. */
export type PrincipalPattern = Text & { readonly type: PrincipalType | '*' };

/** One line of a Condition block: an operator, a key, and the values it is compared with. */
export interface Condition {
  readonly operator: Operator;
  /** As written. Keys are case-insensitive. */
  readonly key: Located;
  /** None of them is a match where the list is empty. */
  readonly values: readonly Text[];
}

/** One statement of a trust policy. */
export interface Statement {
  /** Counted from 1. */
  readonly number: number;
  readonly at: Position;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly Text[];
  /** The actions are those the statement is not about. */
  readonly notAction: boolean;
  readonly principals: readonly PrincipalPattern[];
  /** The principals are those the statement is not about. */
  readonly notPrincipal: boolean;
  readonly conditions: readonly Condition[];
}

/** A role's trust policy, checked. */
export interface TrustPolicy {
  readonly at: Position;
  /** Undefined where the policy does not say: then IAM reads it as 2008-10-17. */
  readonly version: '2012-10-17' | '2008-10-17' | undefined;
  readonly statements: readonly Statement[];
  /** Its characters without white space between them, as IAM counts; at least as many, where a part is unknown. */
  readonly size?: number | undefined;
}

/** What messages call a statement: its Sid where it has one, else its number. */
export function statementName({ sid, number }: Statement): string {
  return sid ? `statement ${number} ("${sid}")` : `statement ${number}`;
}

/** The issuer a condition's key belongs to, or `aws`, `sts`: the key before its last colon. */
export function prefixOf({ key }: Condition): string {
  return key.text.slice(0, Math.max(key.text.lastIndexOf(':'), 0));
}

/** The claim a condition is about: its key after the last colon, in lower case. */
export function claimOf({ key }: Condition): string {
  return key.text.slice(key.text.lastIndexOf(':') + 1).toLowerCase();
}
