import type { ErrorCode, RefusedCall } from '../errors.js';
import type { ExplainRequest, Explanation } from '../trust/explain/explain.js';
import { asJson, asTerraform, type SuggestedPolicy } from '../trust/explain/suggest.js';
import { statementName } from '../trust/language/policy.js';
import { isBuiltIn } from '../trust/oidc/issuer.js';
import { escapeMarkdown, table } from './markdown.js';

/** What follows from a refused call alone. */
export interface RequestFacts {
  readonly actions: readonly string[];
  /** The condition keys that AWS could see of the token, and their values; undefined where it has none. */
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
  /** Takes out what the page must not show. */
  readonly redact: (text: string) => string;
}

/** Foreign text, fit for the page. */
type Show = (text: string, maxLength?: number) => string;

/** The long answer, for the job's summary. Claims are somebody else's text: none of it is read as Markdown. */
export function explanationMarkdown(page: ExplainedCall): string {
  const { problem, known, redact } = page;
  const show: Show = (text, maxLength) => escapeMarkdown(redact(text), maxLength);
  return [
    '#### Why',
    '',
    ...(problem === undefined ? verdict(page, show) : [show(problem, 500), '']),
    ...(known.keys.size === 0 ? [] : keysSection(known.keys, show)),
    '#### What must be true',
    '',
    ...requirements(page, show).map((line, index) => `${index + 1}. ${line}`),
    '',
    ...(known.suggestion === undefined ? [] : suggestionSection(known.suggestion, page)),
  ].join('\n');
}

function verdict({ explanation, call, known }: ExplainedCall, show: Show): readonly string[] {
  if (explanation === undefined) {
    const advice =
      known.request === undefined
        ? 'Too little is known of the caller here to evaluate a trust policy.'
        : 'Give this step the trust policy of the role (input `trust-policy`) to have each condition explained.';
    return [`AWS does not say which condition failed. ${advice}`, ''];
  }
  const { decision, statement, failures, held, action } = explanation;
  if (statement === undefined) return ['The trust policy allows nothing: it has no Allow statement.', ''];
  const name = `${statementName(statement)}, line ${statement.at.line}`;
  if (decision === 'allow') {
    return [
      `This trust policy would allow this ${call.claims === undefined ? 'caller' : 'token'}: ${show(name)}.`,
      '',
    ];
  }
  const shown = decision === 'deny' ? held : failures;
  const rows = shown.map(({ part, operator, key, wanted, got, why, fix }) => [
    key === undefined ? part : `${operator} ${key}`,
    wanted.join(', '),
    got === undefined ? '(absent)' : got.join(', '),
    fix === undefined ? why : `${why} ${fix}`,
  ]);
  const found = [table(['Condition', 'Wanted', 'Got', 'Why'], rows, (cell) => show(cell, 500)), ''];
  if (decision === 'deny') {
    return [`The trust policy denies ${show(action)}: ${show(name)}.`, '', ...(rows.length > 0 ? found : [])];
  }
  return [
    decision === 'unknown'
      ? `Whether the trust policy allows ${show(action)} cannot be told here, because of ${show(name)}:`
      : `The trust policy does not allow ${show(action)}. Closest is ${show(name)}:`,
    '',
    ...found,
  ];
}

function keysSection(keys: ReadonlyMap<string, string | undefined>, show: Show): readonly string[] {
  const rows = [...keys].map(([key, value]) => [key, value ?? '(absent)']);
  return [
    '#### What AWS could see of the token',
    '',
    table(['Condition key', 'Value'], rows, (cell) => show(cell, 500)),
    '',
  ];
}

function requirements(
  { call, known: { provider, actions }, explanation }: ExplainedCall,
  show: Show,
): readonly string[] {
  const account = show(call.roleArn.split(':')[4] ?? '');
  const role = show(call.roleArn);
  const wanted = show(actions.join(', '));
  const allowed =
    explanation?.decision === 'allow' ? ' The policy given does; is it the one that is deployed?' : '';
  if (call.action === 'sts:AssumeRoleWithSAML') {
    return [
      `The role ${role} exists, and its account has the SAML provider.`,
      "The assertion's Role attribute names the pair of role and provider, and its audience is AWS's sign-in page.",
      `The role's trust policy allows ${wanted} to that provider.`,
      'No SCP or RCP of the organisation denies it.',
    ];
  }
  if (provider === undefined) {
    return [
      `The role ${role} exists.`,
      `Its trust policy allows ${wanted} to the caller.${allowed}`,
      "The caller's own policy allows the same on the role.",
      'No SCP, RCP or permissions boundary denies it.',
    ];
  }
  if (isBuiltIn(provider)) {
    return [
      `The role ${role} exists; one that was just made takes some seconds (input role-propagation-timeout-s).`,
      `Its trust policy allows ${wanted} to ${show(provider)}, with conditions that these claims meet.${allowed}`,
      'No Deny in the trust policy, and no SCP or RCP of the organisation, applies.',
    ];
  }
  const audience = show([call.claims?.['aud'] ?? '(none)'].flat().join(', '));
  return [
    `The account ${account} has the OIDC provider ${show(provider)}.`,
    `Its client ids include the token's audience, ${audience}.`,
    `The role ${role} exists; one that was just made takes some seconds (input role-propagation-timeout-s).`,
    `Its trust policy allows ${wanted} to that provider, with conditions that these claims meet.${allowed}`,
    'No Deny in the trust policy, and no SCP or RCP of the organisation, applies.',
  ];
}

/** Both forms stand in fences that are longer than any run of backticks: the text in them has none. */
function suggestionSection(policy: SuggestedPolicy, { call, redact }: ExplainedCall): readonly string[] {
  return [
    `#### A trust policy for exactly this ${call.claims === undefined ? 'caller' : 'workflow'}`,
    '',
    '````json',
    redact(asJson(policy)),
    '````',
    '',
    '````hcl',
    redact(asTerraform(policy)),
    '````',
    '',
  ];
}
