import { TrustSyntaxError } from '../../../src/trust/language/json.js';
import { parseTrustPolicy as parse } from '../../../src/trust/language/parse.js';
import type { TrustPolicy } from '../../../src/trust/language/policy.js';
import { type JsonObject, objectAt, textAt, textsAt } from '../../core/json.js';
import { type Condition, parseConditions } from './conditions.js';

/** One statement of a policy that is attached to a principal, checked. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Action patterns; with `notActions`, every action but those. */
  readonly actions: readonly string[];
  readonly notActions: boolean;
  /** Resource patterns; with `notResources`, every resource but those. */
  readonly resources: readonly string[];
  readonly notResources: boolean;
  readonly conditions: readonly Condition[];
}

/** A checked policy of a principal or a session. */
export type Policy = readonly Statement[];

/**
 * Reads a role's trust policy. Throws an Error naming the place for anything that IAM would not save: what is not
 * understood must not pass for a refusal.
 */
export function parseTrustPolicy(document: unknown, where: string): TrustPolicy {
  let policy: TrustPolicy;
  try {
    policy = parse(JSON.stringify(document, null, 2));
  } catch (error) {
    throw error instanceof TrustSyntaxError ? new Error(`${where}, ${error.message}`) : error;
  }
  const principals = policy.statements.flatMap((statement) => statement.principals);
  const pattern = principals.find(({ text }) => text !== '*' && text.includes('*'));
  if (pattern !== undefined)
    throw new Error(`${where}: the principal "${pattern.text}" has a wildcard in it`);
  return policy;
}

/** Reads the statements of a user's or a role's own policy. Throws an Error naming the place. */
export function parseIdentityStatements(statements: unknown, where: string): Policy {
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  return list.map((item, index) =>
    parseStatement(objectAt(item, `${where}[${index}]`), `${where}[${index}]`),
  );
}

/** Reads a session policy document, which has a principal's form. Throws an Error naming the place. */
export function parseSessionPolicy(document: unknown): Policy {
  const policy = objectAt(document, 'policy');
  refuseUnknown(policy, ['Version', 'Id', 'Statement'], 'policy');
  if (
    policy.Version !== undefined &&
    !['2012-10-17', '2008-10-17'].includes(textAt(policy.Version, 'policy.Version'))
  ) {
    throw new Error('policy.Version must be 2012-10-17 or 2008-10-17');
  }
  if (policy.Statement === undefined) throw new Error('policy has no Statement');
  return parseIdentityStatements(policy.Statement, 'policy.Statement');
}

function parseStatement(statement: JsonObject, where: string): Statement {
  const elements = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
  refuseUnknown(statement, elements, where);
  const effect = statement.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`${where}.Effect must be Allow or Deny`);
  const action = oneOf(statement, 'Action', 'NotAction', where);
  const resource = oneOf(statement, 'Resource', 'NotResource', where);
  return {
    effect,
    actions: action.texts,
    notActions: action.negated,
    resources: resource.texts,
    notResources: resource.negated,
    conditions: parseConditions(statement.Condition, `${where}.Condition`),
  };
}

function oneOf(
  statement: JsonObject,
  name: string,
  notName: string,
  where: string,
): { readonly texts: readonly string[]; readonly negated: boolean } {
  const negated = statement[notName] !== undefined;
  if (negated === (statement[name] !== undefined))
    throw new Error(`${where} needs either ${name} or ${notName}`);
  return { texts: textsAt(negated ? statement[notName] : statement[name], `${where}.${name}`), negated };
}

function refuseUnknown(value: JsonObject, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`${where} has an element "${unknown}", which is not supported`);
}
