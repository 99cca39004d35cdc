import type { Position } from './json.js';
import type { ParsedOperator } from './operators.js';

/** A text of the policy and where it stands. */
export interface Text {
  readonly text: string;
  readonly at: Position;
}

/** The kinds of principal IAM knows. `*` alone stands for all of them. */
export type PrincipalType = 'AWS' | 'Federated' | 'Service' | 'CanonicalUser';

/** One value of a Principal element. `"Principal": "*"` is `type: '*'`. */
export interface PrincipalPattern extends Text {
  readonly type: PrincipalType | '*';
}

/** One line of a Condition block: an operator, a key, and the values it is compared with. */
export interface Condition {
  readonly operator: ParsedOperator;
  /** As written. Keys are case-insensitive. */
  readonly key: Text;
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
}

/** What messages call a statement: its Sid where it has one, else its number. */
export function statementName({ sid, number }: Statement): string {
  return sid ? `statement ${number} ("${sid}")` : `statement ${number}`;
}
