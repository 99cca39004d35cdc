import { formatList, quote } from '../../core/text.js';
import { type Authorization, authorize } from '../authorize/authorize.js';
import type { AccessRequest, Layer, LayerStatement } from '../authorize/layer.js';
import type { Policies, PolicyKind } from '../authorize/policies.js';
import type { ConditionResult } from '../evaluate/condition.js';
import type { Statement } from '../language/policy.js';
import { explainMissingAction } from './explain.js';
import type { Failure } from './failure.js';
import { explainCondition, explainHeld } from './reasons.js';
import { isUndecided } from './unknown.js';

/** What the caller's policies make of a call: all of them but the role's trust policy. */
export interface CallerSide {
  /** `unless-named`: it refuses, unless the trust policy of a role in the same account names the caller itself. */
  readonly decision: Authorization['decision'] | 'unless-named';
  /** The first action that is not allowed, where several are needed. */
  readonly action: string;
  /** The kind of policy that decides; undefined where all allow. */
  readonly kind: PolicyKind | undefined;
  readonly how: 'explicit-deny' | 'not-allowed' | undefined;
  /** The statement that denies, that it depends on, or that comes closest to allowing it. */
  readonly closest: { readonly policy: string; readonly statement: Statement } | undefined;
  /** What keeps that statement from allowing it or from being decided, or why it denies. */
  readonly failures: readonly Failure[];
}

/** Who asks for what; `actions` are needed together, as sts:TagSession is beside the call itself. */
export interface CallerRequest extends Omit<AccessRequest, 'action'> {
  readonly actions: readonly string[];
}

const WORST_FIRST = ['deny', 'unless-named', 'unknown', 'allow'] as const;

/** Evaluates the caller's policies for a call, and finds the reasons for a refusal. */
export function explainCallerSide(request: CallerRequest, policies: Policies): CallerSide {
  const sides = request.actions.map((action) => explainAction({ ...request, action }, policies));
  const found = WORST_FIRST.flatMap((decision) => sides.filter((one) => one.decision === decision));
  return found[0] ?? { ...DECIDES_NOTHING, decision: 'allow', action: '' };
}

const DECIDES_NOTHING = { kind: undefined, how: undefined, closest: undefined, failures: [] } as const;

function explainAction(request: AccessRequest, policies: Policies): CallerSide {
  const { action } = request;
  const decided = authorize(request, policies, undecidedFor(request));
  if (decided.decision === 'allow') return { ...DECIDES_NOTHING, decision: 'allow', action };
  if (decided.decision === 'deny') {
    const { kind, how, statements } = decided.by;
    // Its own explanation says so; what the caller's policies would say is the question here.
    if (kind === 'trust') {
      return explainAction(request, { ...policies, resource: { kind: 'trust', policy: 'unknown' } });
    }
    return { decision: 'deny', action, kind, how, ...closestOf(statements, request, how) };
  }
  const identity = decided.layers.find(({ kind }) => kind === 'identity');
  if (identity?.allowed === 'no') {
    const statements = identity.statements.filter(({ statement }) => statement.effect === 'Allow');
    const closest = closestOf(statements, request, 'not-allowed');
    return { decision: 'unless-named', action, kind: 'identity', how: 'not-allowed', ...closest };
  }
  const open = decided.layers.find((layer) => layer.kind !== 'trust' && !layer.isUnknown && isOpen(layer));
  if (open === undefined) return { ...DECIDES_NOTHING, decision: 'allow', action };
  const statements = open.statements.filter(({ applies }) => applies === 'unknown');
  const closest = closestOf(statements, request, 'not-allowed');
  return { decision: 'unknown', action, kind: open.kind, how: undefined, ...closest };
}

function isOpen({ denied, allowed, kind }: Layer): boolean {
  return denied === 'unknown' || (allowed === 'unknown' && kind !== 'resource-control');
}

/** Only AWS knows some keys; that a token is of no account and no organization is known. */
function undecidedFor({ principal }: AccessRequest): (result: ConditionResult) => boolean {
  if (principal.type === 'AWS') return isUndecided;
  return (result) => isUndecided(result) && !/^aws:principal/i.test(result.condition.key.text);
}

function closestOf(
  statements: readonly LayerStatement[],
  request: AccessRequest,
  how: 'explicit-deny' | 'not-allowed',
): Pick<CallerSide, 'closest' | 'failures'> {
  const found = statements
    .map((one) => ({ one, failures: how === 'explicit-deny' ? heldOf(one) : failuresOf(one, request) }))
    .sort((a, b) => a.failures.length - b.failures.length)[0];
  if (found === undefined) return { closest: undefined, failures: [] };
  const { policy, statement } = found.one;
  return { closest: { policy, statement }, failures: found.failures };
}

const heldOf = ({ conditions }: LayerStatement): readonly Failure[] => conditions.map(explainHeld);

function failuresOf(one: LayerStatement, request: AccessRequest): readonly Failure[] {
  const token = { claims: {}, issuer: '', evaluated: [], statement: one.statement };
  const undecided = undecidedFor(request);
  return [
    ...(one.coversAction ? [] : [explainMissingAction(one, request)]),
    ...(one.coversResource === 'yes' ? [] : [explainResource(one, request)]),
    ...one.conditions
      .filter((condition) => condition.outcome !== 'holds' || undecided(condition))
      .map((condition) => explainCondition(condition, token)),
  ];
}

function explainResource(
  { statement, coversResource }: LayerStatement,
  { resource }: AccessRequest,
): Failure {
  const wanted = 'resources' in statement ? statement.resources : [];
  const listed = formatList(wanted.map(({ text }) => quote(text, 120)));
  const isExcept = 'notResource' in statement && statement.notResource;
  return {
    id: 'resource',
    part: 'resource',
    at: wanted[0]?.at ?? statement.at,
    operator: undefined,
    key: undefined,
    wanted: wanted.map(({ text }) => text),
    got: [resource],
    why:
      coversResource === 'unknown'
        ? `Only the deployment knows whether ${listed} covers ${resource}.`
        : isExcept
          ? `NotResource leaves ${resource} out.`
          : `The Resource is ${listed}, which does not cover ${resource}.`,
  };
}
