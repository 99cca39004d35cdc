import type { ConditionResult } from '../evaluate/condition.js';
import type { Context } from '../evaluate/context.js';
import { allOf, type Truth } from '../evaluate/decide.js';
import { evaluateStatement, type StatementResult, type TrustRequest } from '../evaluate/evaluate.js';
import { matchesPattern } from '../evaluate/pattern.js';
import { substitute } from '../evaluate/variables.js';
import type { PermissionPolicy, PermissionStatement } from '../language/permission-policy.js';
import type { Statement, TrustPolicy } from '../language/policy.js';
import type { Text } from '../language/text.js';
import type { PolicyKind } from './policies.js';

/** One question: may this caller do this to this resource, under these circumstances? */
export interface AccessRequest extends TrustRequest {
  /** The resource's ARN. */
  readonly resource: string;
  /** The account the resource is in; where it is not given, the one in its ARN. */
  readonly resourceAccount?: string | undefined;
}

/** What one statement of one policy makes of a request. */
export interface LayerStatement extends StatementResult {
  readonly statement: Statement | PermissionStatement;
  /** What messages call the policy. */
  readonly policy: string;
  readonly coversResource: Truth;
}

/** What all policies of one kind make of a request together; for service control policies, those of one level. */
export interface Layer {
  readonly kind: PolicyKind;
  /** Whether a Deny applies. */
  readonly denied: Truth;
  /** Whether an Allow applies. */
  readonly allowed: Truth;
  readonly statements: readonly LayerStatement[];
  /** Nobody has said what the policies are. */
  readonly isUnknown?: boolean;
}

/** Policies that nobody has named. */
export function unknownLayer(kind: PolicyKind): Layer {
  return { kind, denied: 'unknown', allowed: 'unknown', statements: [], isUnknown: true };
}

/** A policy as this file takes it: a trust policy has no resources, since the role is the resource. */
export interface LayerPolicy {
  readonly name: string;
  readonly policy: TrustPolicy | PermissionPolicy;
}

/** Puts a request to the policies of one kind. */
export function evaluateLayer(
  kind: PolicyKind,
  policies: readonly LayerPolicy[],
  request: AccessRequest,
  isUndecided: (result: ConditionResult) => boolean,
): Layer {
  const statements = policies.flatMap(({ name, policy: { version, statements: list } }) =>
    list.map((statement): LayerStatement => {
      const result = evaluateStatement(version, statement, request, isUndecided);
      const coversResource = resourceTruth(statement, version, request);
      return { ...result, policy: name, coversResource, applies: allOf([result.applies, coversResource]) };
    }),
  );
  const some = (effect: Statement['effect']): Truth =>
    anyOf(statements.filter(({ statement }) => statement.effect === effect).map(({ applies }) => applies));
  return { kind, denied: some('Deny'), allowed: some('Allow'), statements };
}

/** Whether at least one of several is so. */
export function anyOf(parts: readonly Truth[]): Truth {
  if (parts.includes('yes')) return 'yes';
  return parts.includes('unknown') ? 'unknown' : 'no';
}

function resourceTruth(
  statement: Statement | PermissionStatement,
  version: TrustPolicy['version'],
  { resource, context }: AccessRequest,
): Truth {
  if (!('resources' in statement)) return 'yes';
  const covered = anyOf(statement.resources.map((one) => matchesResource(resource, one, version, context)));
  if (!statement.notResource || covered === 'unknown') return covered;
  return covered === 'yes' ? 'no' : 'yes';
}

/** Variables work in a Resource (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html). */
function matchesResource(
  resource: string,
  wanted: Text,
  version: TrustPolicy['version'],
  context: Context,
): Truth {
  if (wanted.kind === 'unknown') {
    const pattern = wanted.parts.map((part) => ('known' in part ? part.known : '*')).join('');
    return matchesPattern(resource, pattern.replace(/\$\{[^}]*\}/g, '*')) ? 'unknown' : 'no';
  }
  const pattern = substitute(wanted.text, version, context);
  return pattern !== undefined && matchesPattern(resource, pattern) ? 'yes' : 'no';
}
