import type { JsonNode } from '../../trust/language/json.js';
import type { TrustPolicy } from '../../trust/language/policy.js';
import type { Position } from '../../trust/language/text.js';
import type { Severity } from '../../trust/lint/rule.js';

/** Worked out when asked for: the check itself needs the trust policy alone. */
export type Properties = () => JsonNode | undefined;

/** One trust policy that a file holds. */
export interface FoundPolicy {
  /** The role's name in a template or plan; undefined where the file is the policy. */
  readonly role: string | undefined;
  readonly policy: TrustPolicy;
  /** The file, where the role stands in another one than was read. */
  readonly path?: string | undefined;
  /** The account of the role, where it is known; zeros stand for the one that a template is deployed to. */
  readonly accountId?: string | undefined;
  /** The role's other properties, under the names of the document's format. */
  readonly properties?: Properties | undefined;
  /** Whether tokens may get in: whether it trusts an identity provider, or everyone. */
  readonly trustsProvider: boolean;
}

/** A role whose policy cannot be tested. */
export interface RoleProblem {
  readonly rule: 'syntax' | 'unknown-until-apply' | 'unread';
  readonly severity: Severity;
  /** Undefined where it may be several, or none. */
  readonly role: string | undefined;
  readonly path?: string | undefined;
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
  readonly path?: string | undefined;
  readonly accountId?: string | undefined;
  /** The role's other properties, under the names of the document's format. */
  readonly properties?: Properties | undefined;
}

/** The roles of a document, and what in it cannot be read. */
export interface Roles {
  readonly roles: readonly RoleNode[];
  readonly problems: readonly RoleProblem[];
}

/** A role, or what may hold roles, that cannot be read. */
export function unread(role: string | undefined, at: Position, message: string, path?: string): RoleProblem {
  return { rule: 'unread', severity: 'warning', role, at, message, path };
}
