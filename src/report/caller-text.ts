import { oneLine } from '../core/text.js';
import type { PolicyKind } from '../trust/authorize/policies.js';
import { POLICY_WORDS } from '../trust/authorize/words.js';
import type { CallerSide } from '../trust/explain/caller-side.js';
import type { Failure } from '../trust/explain/failure.js';
import { failureText } from '../trust/explain/failure-text.js';
import { statementName } from '../trust/language/policy.js';
import type { CallerVerdict } from './caller-policies.js';
import { code, escapeMarkdown } from './markdown.js';
import { policyAdvice, type RefusedBy, statementOf } from './policy-advice.js';

/** What is known of the call beside the verdict. */
export type CallerCall = Omit<RefusedBy, 'kind' | 'how' | 'action'>;

const MAX_FAILURES = 3;

/** The verdict on the caller's side for the log. */
export function callerLines(verdict: CallerVerdict, call: CallerCall): readonly string[] {
  if (verdict.side === undefined) return [oneLine(verdict.problem)];
  const { side } = verdict;
  const more = side.failures.length - MAX_FAILURES;
  return [
    ...sentences(verdict, call),
    ...side.failures.slice(0, MAX_FAILURES).map((one) => `- ${placeOf(one)}: ${failureText(one)}`),
    ...(more > 0 ? [`- and ${more} more.`] : []),
  ];
}

/** The same for the job's summary, with a statement to paste where one is missing. */
export function callerSection(
  verdict: CallerVerdict,
  call: CallerCall,
  redact: (text: string) => string,
): readonly string[] {
  const show = (text: string): string => escapeMarkdown(redact(text), 2000);
  const heading = ["#### The caller's side", ''];
  if (verdict.side === undefined) return [...heading, show(verdict.problem), ''];
  const { side } = verdict;
  const isMissing =
    side.how === 'not-allowed' && side.kind !== undefined && TAKE_THE_STATEMENT.includes(side.kind);
  return [
    ...heading,
    ...sentences(verdict, call).flatMap((text) => [show(text), '']),
    ...side.failures.flatMap((one) => [`- ${code(redact(placeOf(one)))}: ${show(failureText(one))}`]),
    ...(side.failures.length > 0 ? [''] : []),
    ...(isMissing
      ? ['````json', redact(JSON.stringify(statementOf(call.actions, call.roleArn), null, 2)), '````', '']
      : []),
  ];
}

const TAKE_THE_STATEMENT: readonly PolicyKind[] = ['identity', 'boundary', 'session'];

const placeOf = ({ at, part, key }: Failure): string => `line ${at.line}, ${key ?? part}`;

function sentences(
  { side, hasIdentity, isOwnSession }: Extract<CallerVerdict, { problem: undefined }>,
  call: CallerCall,
): readonly string[] {
  const { decision, action, kind, how } = side;
  const role = oneLine(call.roleArn);
  const subject =
    kind === 'session' && isOwnSession ? 'session-policy of the previous role' : 'caller-policy';
  if (decision === 'allow' || kind === undefined) {
    return [
      hasIdentity
        ? `caller-policy allows ${call.actions.join(', ')} on ${role}: the caller's side is not what refuses.`
        : `Nothing in caller-policy refuses ${call.actions.join(', ')} on ${role}. It has no identity policy, without which only AWS can tell whether the caller's side allows it.`,
    ];
  }
  if (decision === 'unknown' || how === undefined) {
    return [
      `Only AWS can tell whether ${subject} allows ${action} on ${role}. It depends on ${nameOf(side, kind)}:`,
    ];
  }
  const advice = policyAdvice({ ...call, kind, how, action });
  if (decision === 'unless-named') {
    return [
      `caller-policy does not allow ${action} on ${role}, which is needed unless the role's trust policy names this caller by its own ARN (one that names the account is not enough). ${closestOf(side)}`.trim(),
      advice,
    ];
  }
  const verb = how === 'explicit-deny' ? 'denies' : 'does not allow';
  const which = how === 'explicit-deny' ? `: ${nameOf(side, kind)}` : '';
  return [
    `${sideOf(kind)} refuses: ${subject} ${verb} ${action} on ${role}${which}. ${how === 'explicit-deny' ? '' : closestOf(side)}`.trim(),
    advice,
  ];
}

function sideOf(kind: PolicyKind): string {
  return kind === 'resource-control'
    ? "The role's side"
    : kind === 'vpc-endpoint'
      ? 'The network'
      : "The caller's side";
}

function nameOf({ closest }: CallerSide, kind: PolicyKind): string {
  const { a } = POLICY_WORDS[kind];
  return closest === undefined ? a : `${statementIn(closest)} (${POLICY_WORDS[kind].plain})`;
}

function closestOf({ closest }: CallerSide): string {
  return closest === undefined ? 'It has no Allow statement.' : `Closest match: ${statementIn(closest)}.`;
}

function statementIn({ policy, statement }: NonNullable<CallerSide['closest']>): string {
  const file = policy === 'caller-policy' ? '' : `${oneLine(policy)}, `;
  return `${file}${statementName(statement)}, line ${statement.at.line}`;
}
