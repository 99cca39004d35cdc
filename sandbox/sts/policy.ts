import { isObject, type JsonObject, objectAt, textAt, textsAt } from '../json.js';
import { type Condition, checkOperator, parseConditions } from './conditions.js';

/** Who a statement is about, as it is written: the principal's type and its values. */
export interface PrincipalPattern {
  readonly type: 'AWS' | 'Federated' | 'Other';
  readonly value: string;
}

/** One statement, checked. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Action patterns; with `notActions`, every action but those. */
  readonly actions: readonly string[];
  readonly notActions: boolean;
  /** Empty in policies that are attached to a principal. */
  readonly principals: readonly PrincipalPattern[];
  /** Resource patterns; `*` in trust policies, which have none. */
  readonly resources: readonly string[];
  readonly notResources: boolean;
  readonly conditions: readonly Condition[];
}

/** A checked policy. */
export type Policy = readonly Statement[];

type Kind = 'trust' | 'identity';

/**
 * Reads a role's trust policy. Throws an Error naming the place for anything the sandbox cannot decide:
 * what it does not understand must not pass for a refusal.
 */
export function parseTrustPolicy(document: unknown, where: string): Policy {
  const policy = parseDocument(document, 'trust', where);
  for (const statement of policy)
    for (const condition of statement.conditions) checkOperator(condition.operator);
  return policy;
}

/** Reads the statements of a user's or a role's own policy. Throws an Error naming the place. */
export function parseIdentityStatements(statements: unknown, where: string): Policy {
  return parseStatements(statements, 'identity', where);
}

/** Reads a session policy document, which has a principal's form. Throws an Error naming the place. */
export function parseSessionPolicy(document: unknown): Policy {
  return parseDocument(document, 'identity', 'policy');
}

function parseDocument(document: unknown, kind: Kind, where: string): Policy {
  const policy = objectAt(document, where);
  refuseUnknown(policy, ['Version', 'Id', 'Statement'], where);
  if (
    policy.Version !== undefined &&
    !['2012-10-17', '2008-10-17'].includes(textAt(policy.Version, `${where}.Version`))
  ) {
    throw new Error(`${where}.Version must be 2012-10-17 or 2008-10-17`);
  }
  if (policy.Statement === undefined) throw new Error(`${where} has no Statement`);
  return parseStatements(policy.Statement, kind, `${where}.Statement`);
}

function parseStatements(value: unknown, kind: Kind, where: string): Policy {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item, index) =>
    parseStatement(objectAt(item, `${where}[${index}]`), kind, `${where}[${index}]`),
  );
}

function parseStatement(statement: JsonObject, kind: Kind, where: string): Statement {
  const own = kind === 'trust' ? ['Principal'] : ['Resource', 'NotResource'];
  refuseUnknown(statement, ['Sid', 'Effect', 'Action', 'NotAction', 'Condition', ...own], where);
  const effect = statement.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`${where}.Effect must be Allow or Deny`);
  const action = oneOf(statement, 'Action', 'NotAction', where);
  const resource =
    kind === 'trust' ? { texts: ['*'], negated: false } : oneOf(statement, 'Resource', 'NotResource', where);
  return {
    effect,
    actions: action.texts,
    notActions: action.negated,
    principals: kind === 'trust' ? parsePrincipal(statement.Principal, `${where}.Principal`) : [],
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

function parsePrincipal(value: unknown, where: string): readonly PrincipalPattern[] {
  if (value === '*') {
    return [
      { type: 'AWS', value: '*' },
      { type: 'Federated', value: '*' },
    ];
  }
  if (!isObject(value)) throw new Error(`${where} must be an object or "*"`);
  return Object.entries(value).flatMap(([type, values]) =>
    textsAt(values, `${where}.${type}`).map((text): PrincipalPattern => {
      if (type !== 'AWS' && type !== 'Federated') return { type: 'Other', value: text };
      // IAM refuses to save a wildcard that is only part of a principal; one here would never match at AWS.
      if (text !== '*' && text.includes('*'))
        throw new Error(`${where}.${type}: "${text}" has a wildcard in it`);
      return { type, value: text };
    }),
  );
}

function refuseUnknown(value: JsonObject, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`${where} has an element "${unknown}", which is not supported`);
}
