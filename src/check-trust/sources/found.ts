import type { JsonNode } from '../../trust/language/json.js';
import type { TrustPolicy } from '../../trust/language/policy.js';
import type { Position } from '../../trust/language/text.js';
import type { Severity } from '../../trust/lint/rule.js';

/** One trust policy that a file holds. */
export interface FoundPolicy {
  /** The role's name in a template or plan; undefined where the file is the policy. */
  readonly role: string | undefined;
  readonly policy: TrustPolicy;
}

/** A role whose policy cannot be tested. */
export interface RoleProblem {
  readonly rule: 'syntax' | 'unknown-until-apply';
  readonly severity: Severity;
  readonly role: string;
  readonly at: Position;
  readonly message: string;
}

/** What there is in a file. */
export interface Found {
  readonly policies: readonly FoundPolicy[];
  readonly problems: readonly RoleProblem[];
}

/** A role and its trust policy, as a template or plan has it. */
export interface RoleNode {
  readonly role: string;
  readonly node: JsonNode;
}
