import type { ErrorCode, RefusedCall } from '../core/errors.js';
import type { ReadRefusal } from '../trust/authorize/words.js';
import type { ExplainRequest, Explanation } from '../trust/explain/explain.js';
import type { Failure } from '../trust/explain/failure.js';
import { asJson, asTerraform, type SuggestedPolicy } from '../trust/explain/suggest.js';
import { statementName } from '../trust/language/policy.js';
import { isBuiltIn } from '../trust/oidc/issuer.js';
import { code, escapeMarkdown, table } from './markdown.js';

/** What follows from a refused call alone. */
export interface RequestFacts {
  readonly actions: readonly string[];
  /** The condition keys that AWS could see of the token, and their values; undefined if the call has no token. */
  readonly keys: ReadonlyMap<string, string | undefined>;
  readonly provider: string | undefined;
  readonly suggestion: SuggestedPolicy | undefined;
  /** What to ask a trust policy; undefined where it is not known who made the call. */
  readonly request: ExplainRequest | undefined;
}

/** Everything that is known of a refused call. */
export interface ExplainedCall {
  readonly call: RefusedCall;
  readonly code: ErrorCode;
  readonly known: RequestFacts;
  /** What the given trust policy makes of it. */
  readonly explanation: Explanation | undefined;
  /** Why the given trust policy cannot be used. */
  readonly problem: string | undefined;
  readonly hasPolicy: boolean;
  readonly hasCallerPolicy: boolean;
  /** What AWS itself said of the reason. */
  readonly said: ReadRefusal | undefined;
  /** Takes out what the page must not show. */
  readonly redact: (text: string) => string;
}

/** Foreign text, fit for the page. */
type Show = (text: string, maxLength?: number) => string;

/** The long answer, for the job's summary. */
export interface ExplanationMarkdown {
  /** The reason, as far as it is known. */
  readonly why: readonly string[];
  /** What AWS saw, what has to be true, and a policy to paste. */
  readonly details: readonly string[];
}

/** Claims are somebody else's text: none of it is read as Markdown. */
export function explanationMarkdown(page: ExplainedCall): ExplanationMarkdown {
  const { known, redact } = page;
  const show: Show = (text, maxLength) => escapeMarkdown(redact(text), maxLength);
  return {
    why: whySection(page, show),
    details: [
      ...(known.keys.size === 0 ? [] : keysSection(known.keys, redact)),
      '#### What must be true',
      '',
      ...requirements(page).map((line, index) => `${index + 1}. ${line}`),
      '',
      ...(known.suggestion === undefined || page.code !== 'ACCESS_DENIED'
        ? []
        : suggestionSection(known.suggestion, page)),
    ],
  };
}

function whySection(page: ExplainedCall, show: Show): readonly string[] {
  const { explanation, problem, known, hasPolicy } = page;
  if (problem !== undefined) return [show(problem, 500), ''];
  if (explanation !== undefined) return ['#### Why', '', ...verdict(explanation, page, show)];
  if (known.request === undefined) {
    return hasPolicy ? ['`trust-policy` was not evaluated, because the caller is not known here.', ''] : [];
  }
  return [];
}

/**
 * Which inputs would say more about a refusal. Where AWS has named another kind of policy than the trust policy, that one
 * would not help.
 */
export function missingPolicies(page: ExplainedCall): readonly string[] {
  const { code: errorCode, hasPolicy, hasCallerPolicy, known, call, said, explanation } = page;
  if (errorCode !== 'ACCESS_DENIED' || known.request === undefined) return [];
  const isSigned = call.claims === undefined;
  const wantsTrust = !hasPolicy && (said === undefined || said.kind === 'trust');
  const wantsCaller = isSigned && !hasCallerPolicy && said === undefined && explanation?.decision !== 'none';
  if (wantsTrust && wantsCaller) {
    return [
      "Set the inputs trust-policy and caller-policy to the role's trust policy and the caller's own policy (paths or JSON), and this step reports which side refused and why.",
    ];
  }
  if (wantsTrust) {
    return [
      "Set the input trust-policy to the role's trust policy (a path or JSON), and this step reports which condition failed and why.",
    ];
  }
  return wantsCaller
    ? [
        "Set the input caller-policy to the caller's own policy (a path or JSON), and this step reports whether that side refused.",
      ]
    : [];
}

function verdict(explanation: Explanation, { call, redact }: ExplainedCall, show: Show): readonly string[] {
  const { decision, statement, failures, held, action } = explanation;
  if (statement === undefined) return ['The trust policy allows nothing: it has no Allow statement.', ''];
  const name = show(`${statementName(statement)}, line ${statement.at.line}`);
  const named = (parts: readonly Failure[]) => parts.flatMap((part) => failedPart(part, redact, show));
  switch (decision) {
    case 'allow':
      return [
        `This trust policy would allow this ${call.claims === undefined ? 'caller' : 'token'}: ${name}. The cause is elsewhere.`,
        '',
      ];
    case 'deny':
      return [`The trust policy denies ${show(action)}: ${name}.`, '', ...named(held)];
    case 'unknown':
      return [
        `Only AWS can tell whether the trust policy allows ${show(action)}. It depends on ${name}:`,
        '',
        ...named(failures),
      ];
    default:
      return [
        `The trust policy does not allow ${show(action)}. Closest match: ${name}:`,
        '',
        ...named(failures),
      ];
  }
}

/** Wanted and got stand one above the other, to be compared; the reason is prose, and no table cuts it off. */
function failedPart(
  { part, operator, key, wanted, got, why, fix, at }: Failure,
  redact: (text: string) => string,
  show: Show,
): readonly string[] {
  const reason = [show(fix === undefined ? why : `${why} ${fix}`, 1000), ''];
  if (key === undefined) return [`**Line ${at.line}, ${part}.** ${reason[0]}`, ''];
  const rows = [
    ['Wanted', wanted.join(', ')],
    ['Got', got === undefined ? '(absent)' : got.join(', ')],
  ];
  return [
    table([`Line ${at.line}`, `${operator} ${key}`], rows, (cell) => code(redact(cell))),
    '',
    ...reason,
  ];
}

/** Without the issuer's name before each key, the longest values fit on the page. */
function keysSection(
  keys: ReadonlyMap<string, string | undefined>,
  redact: (text: string) => string,
): readonly string[] {
  const [prefix = ''] = [...keys.keys()].map((key) => key.replace(/[^:]*$/, ''));
  const rows = [...keys].map(([key, value]) => [key.slice(prefix.length), value ?? '(absent)']);
  return [
    '#### What AWS saw of the token',
    '',
    `The condition keys begin with ${code(redact(prefix))}.`,
    '',
    table(['Condition key', 'Value'], rows, (cell) => code(redact(cell))),
    '',
  ];
}

function requirements({
  call,
  known: { provider, actions },
  explanation,
  redact,
}: ExplainedCall): readonly string[] {
  const value = (text: string): string => code(redact(text));
  const account = value(call.roleArn.split(':')[4] ?? '');
  const role = value(call.roleArn);
  const wanted = actions.map(value).join(', ');
  const allowed = explanation?.decision === 'allow' ? ' The given policy does: is it the deployed one?' : '';
  const exists = `The role ${role} exists.`;
  const isNotNew = `${exists} A role that was just created takes some seconds to work (role-propagation-timeout-s).`;
  const notDenied = 'No Deny in the trust policy, and no SCP or RCP of the organization, applies.';
  if (call.action === 'sts:AssumeRoleWithSAML') {
    return [
      `${exists} Its account has the SAML provider.`,
      "The assertion's Role attribute names this pair of role and provider, and its audience is AWS's sign-in page.",
      `The role's trust policy allows ${wanted} to that provider.`,
      'No SCP or RCP of the organization denies it.',
    ];
  }
  if (provider === undefined) {
    return [
      exists,
      `Its trust policy allows ${wanted} to the caller.${allowed}`,
      "The caller's own policy allows the same on the role.",
      'No SCP, RCP or permissions boundary denies it.',
    ];
  }
  const conditions = `with conditions that these claims meet.${allowed}`;
  if (isBuiltIn(provider)) {
    return [isNotNew, `Its trust policy allows ${wanted} to ${value(provider)}, ${conditions}`, notDenied];
  }
  const audience = value([call.claims?.['aud'] ?? '(none)'].flat().join(', '));
  return [
    `The account ${account} has the OIDC provider ${value(provider)}.`,
    `Its client IDs include the token's audience, ${audience}.`,
    isNotNew,
    `Its trust policy allows ${wanted} to that provider, ${conditions}`,
    notDenied,
  ];
}

/** Neither form contains backticks, so plain fences hold them. */
function suggestionSection(policy: SuggestedPolicy, { call, redact }: ExplainedCall): readonly string[] {
  return [
    `#### A trust policy for exactly this ${call.claims === undefined ? 'caller' : 'workflow'}`,
    '',
    '````json',
    redact(asJson(policy)),
    '````',
    '',
    '<details><summary>The same for Terraform</summary>',
    '',
    '````hcl',
    redact(asTerraform(policy)),
    '````',
    '',
    '</details>',
    '',
  ];
}
