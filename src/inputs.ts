import { invalidInputs } from './errors.js';
import { POOL_ID } from './identity/cognito.js';
import { SOURCE_NAMES } from './identity/source.js';
import {
  bool,
  endpointUrl,
  list,
  matching,
  oneOf,
  type Parse,
  proxyUrl,
  Refusal,
  sessionPolicy,
  whole,
} from './input-kinds.js';
import { isRoleArn, isRolePath } from './roles/arn.js';
import { roleChain } from './roles/chain-input.js';
import { rolesOutsideAws } from './roles/other-servers.js';
import { externalId, managedPolicyArns, sessionName, tagKeys } from './roles/parameters.js';
import { customTags } from './roles/tags.js';
import type { Runner } from './runner.js';
import { quoteUrl } from './text.js';

/** How one input is read. */
interface Rule<T> {
  readonly parse: Parse<T | Promise<T>>;
  /** Environment variables that stand in for an input that is not set: those of configure-aws-credentials, and AWS's own. */
  readonly fallback?: readonly string[];
  /** Never repeated in a message, and masked. */
  readonly secret?: true;
}

/** What AWS gives out, and what a header can hold: something invisible was copied with anything else. */
const key = matching(/^[\x21-\x7e]+$/, 'printable ASCII characters without blanks');
const region = matching(/^[a-z0-9-]{1,64}$/, 'a Region such as us-east-1');

const role: Parse<string> = (raw) => {
  if (isRoleArn(raw)) return raw;
  if (/:assumed-role\//.test(raw)) {
    throw new Refusal(
      'the ARN of the role itself (arn:aws:iam::ACCOUNT:role/NAME), not that of a session of it',
    );
  }
  if (raw.includes(':') || !isRolePath(raw)) {
    throw new Refusal(
      'the ARN of an IAM role (arn:aws:iam::ACCOUNT:role/NAME), or the name of a role in the source account',
    );
  }
  return raw;
};

/** Every input, by the name it has in action.yml. The order is that of the documentation. */
const RULES = {
  'aws-region': { parse: region, fallback: ['AWS_REGION', 'AWS_DEFAULT_REGION'] },
  'role-to-assume': { parse: role, fallback: ['ROLE_TO_ASSUME'] },
  'role-chain': { parse: roleChain },
  'identity-source': {
    parse: oneOf('auto', ...SOURCE_NAMES),
  },
  'aws-access-key-id': { parse: key, secret: true },
  'aws-secret-access-key': { parse: key, secret: true },
  'aws-session-token': { parse: key, secret: true },
  'web-identity-token-file': { parse: (raw: string) => raw, fallback: ['WEB_IDENTITY_TOKEN_FILE'] },
  'role-chaining': { parse: bool, fallback: ['ROLE_CHAINING'] },
  'force-skip-oidc': { parse: bool },
  audience: { parse: matching(/^\S.{0,1023}$/, 'text of one line'), fallback: ['AUDIENCE'] },
  'cognito-identity-pool-id': {
    parse: matching(POOL_ID, 'the id of a Cognito identity pool (REGION:UUID)'),
  },
  'saml-assertion': {
    parse: matching(/^[A-Za-z0-9+/=\s]{4,100000}$/, 'a SAML response in base64'),
    secret: true,
  },
  'saml-provider-arn': {
    parse: matching(
      /^arn:aws[a-z-]*:iam::\d{12}:saml-provider\/[\w.-]{1,128}$/,
      'the ARN of a SAML provider (arn:aws:iam::ACCOUNT:saml-provider/NAME)',
    ),
  },
  'mfa-serial-number': {
    parse: matching(
      /^[\w+=/:,.@-]{9,256}$/,
      'the ARN of a virtual MFA device (arn:aws:iam::ACCOUNT:mfa/NAME) or the serial number of a hardware one',
    ),
  },
  'mfa-token-code': { parse: matching(/^\d{6}$/, 'the 6 digits the device shows'), secret: true },
  'role-duration-seconds': { parse: whole(900, 43200, 'seconds'), fallback: ['ROLE_DURATION_SECONDS'] },
  'role-session-name': { parse: sessionName, fallback: ['ROLE_SESSION_NAME'] },
  'role-external-id': { parse: externalId, fallback: ['ROLE_EXTERNAL_ID'] },
  'source-identity': { parse: sessionName },
  'role-skip-session-tagging': { parse: bool, fallback: ['ROLE_SKIP_SESSION_TAGGING'] },
  'transitive-tag-keys': { parse: tagKeys, fallback: ['TRANSITIVE_TAG_KEYS'] },
  'custom-tags': { parse: customTags },
  'inline-session-policy': { parse: sessionPolicy, fallback: ['INLINE_SESSION_POLICY'] },
  'managed-session-policies': { parse: managedPolicyArns, fallback: ['MANAGED_SESSION_POLICIES'] },
  'allowed-account-ids': { parse: list(matching(/^\d{12}$/, 'account ids of 12 digits')) },
  'allowed-refs': {
    parse: list(
      matching(
        /^(refs\/|\*)\S*$/,
        'whole refs such as refs/heads/main or refs/tags/v*, where * stands for any text',
      ),
    ),
  },
  'allowed-environments': { parse: list((raw) => raw) },
  'output-credentials': { parse: bool, fallback: ['OUTPUT_CREDENTIALS'] },
  'output-env-credentials': { parse: bool },
  'aws-profile': {
    parse: matching(
      /^[^\s[\]/\\"'#;=\p{Cc}]+$/u,
      'a name without blanks, brackets, quotes, slashes and # ; =',
    ),
  },
  'overwrite-aws-profile': { parse: bool, fallback: ['OVERWRITE_AWS_PROFILE'] },
  'refresh-credentials': { parse: bool },
  'unset-current-credentials': { parse: bool, fallback: ['UNSET_CURRENT_CREDENTIALS'] },
  'use-existing-credentials': { parse: bool, fallback: ['USE_EXISTING_CREDENTIALS'] },
  'mask-aws-account-id': { parse: bool, fallback: ['MASK_AWS_ACCOUNT_ID'] },
  'sts-endpoint': { parse: endpointUrl, fallback: ['AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL'] },
  'sts-region': { parse: region },
  'use-fips-endpoint': { parse: bool, fallback: ['AWS_USE_FIPS_ENDPOINT'] },
  'use-dualstack-endpoint': { parse: bool, fallback: ['AWS_USE_DUALSTACK_ENDPOINT'] },
  'http-proxy': {
    parse: proxyUrl,
    fallback: ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'],
    secret: true,
  },
  'no-proxy': { parse: (raw: string) => raw, fallback: ['NO_PROXY', 'no_proxy'] },
  'disable-retry': { parse: bool, fallback: ['DISABLE_RETRY'] },
  'retry-max-attempts': { parse: whole(1, 100, 'attempts'), fallback: ['RETRY_MAX_ATTEMPTS'] },
  'special-characters-workaround': { parse: bool, fallback: ['SPECIAL_CHARACTERS_WORKAROUND'] },
  'role-propagation-timeout-s': { parse: whole(0, 900, 'seconds') },
  'action-timeout-s': { parse: whole(0, 21600, 'seconds') },
  'verify-credentials': { parse: bool },
  // Read only when AWS refuses: see report/explanation.ts.
  'trust-policy': { parse: (raw: string) => raw },
  summary: { parse: oneOf('on-failure', 'always', 'never') },
} as const satisfies Record<string, Rule<unknown>>;

export type InputName = keyof typeof RULES;

/** Every input as a checked value; undefined where it is not set and has no default. */
export type Inputs = {
  readonly [Name in InputName]: Awaited<ReturnType<(typeof RULES)[Name]['parse']>> | undefined;
};

/** The inputs' names and the variables that stand in for them, for documentation and tests. */
export const INPUT_FALLBACKS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(RULES).map(([name, rule]) => [name, 'fallback' in rule ? rule.fallback : []]),
);

/**
 * The text of every input that was given, for a renewal, which finds the variables that stand in for others as they
 * were. Keys, assertions and codes cannot be renewed from, and are nobody's to keep; a proxy's password is needed again.
 */
export function inputTexts(runner: Runner): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, rule] of Object.entries<Rule<unknown>>(RULES)) {
    const raw = runner.input(name);
    if (raw !== '' && (!rule.secret || name === 'http-proxy')) texts[name] = raw;
  }
  return texts;
}

/**
 * Reads and checks every input. Secret ones are masked first.
 * @throws ActionError INPUT_INVALID that tells every problem at once
 */
export async function readInputs(runner: Runner): Promise<Inputs> {
  const problems: string[] = [];
  const given = new Map<string, string>();
  const values: Record<string, unknown> = {};
  maskAccountIds(runner);
  for (const [name, rule] of Object.entries<Rule<unknown>>(RULES)) {
    const { raw, from } = rawValue(runner, name, rule);
    if (raw === '') continue;
    given.set(name, from);
    if (rule.secret) maskInput(runner, name, raw);
    try {
      values[name] = await rule.parse(raw);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.problems.length > 0) {
        problems.push(...error.problems.map((problem) => `${from}: ${problem}`));
        continue;
      }
      const got = rule.secret ? 'this value (not shown)' : quoteUrl(raw, 120);
      problems.push(`${from}: got ${got}; allowed: ${error.allowed}.`);
    }
  }
  problems.push(...relationProblems((name) => given.has(name)));
  problems.push(...rolesOutsideAws(values, (name) => given.get(name) ?? name));
  if (problems.length > 0) throw invalidInputs(problems);
  return values as Inputs; // each value was made by the rule of its own name
}

function rawValue(runner: Runner, name: string, rule: Rule<unknown>): { raw: string; from: string } {
  const given = runner.input(name);
  if (given !== '') return { raw: given, from: name };
  // AWS's own switch for its endpoint variables (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
  const ignored = name === 'sts-endpoint' && runner.env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true';
  const variable = ignored ? undefined : rule.fallback?.find((candidate) => runner.env[candidate]?.trim());
  if (variable === undefined) return { raw: '', from: name };
  return { raw: (runner.env[variable] ?? '').trim(), from: `${name} (from the variable ${variable})` };
}

const WITH_ACCOUNT_IDS = [
  'role-to-assume',
  'role-chain',
  'allowed-account-ids',
  'managed-session-policies',
  'saml-provider-arn',
  'mfa-serial-number',
] as const;

/** Account ids stand in inputs, too, and a message may have to repeat one. */
function maskAccountIds(runner: Runner): void {
  const { raw } = rawValue(runner, 'mask-aws-account-id', RULES['mask-aws-account-id']);
  if (raw.toLowerCase() !== 'true') return;
  for (const name of WITH_ACCOUNT_IDS) {
    for (const [accountId] of rawValue(runner, name, RULES[name]).raw.matchAll(/\d{12}/g))
      runner.mask(accountId);
  }
}

/** A proxy's address is no secret, its password is, or a user name that stands alone. */
function maskInput(runner: Runner, name: string, raw: string): void {
  runner.mask(name === 'http-proxy' ? proxyPassword(raw) : raw);
}

function proxyPassword(raw: string): string {
  const [, login = ''] = /^(?:[^/@]*:\/\/)?([^/]*)@/.exec(raw) ?? [];
  return login.replace(/^[^:]*:/, '');
}

/** Inputs that mean nothing without another. */
const PAIRS: readonly (readonly [InputName, InputName])[] = [
  ['aws-access-key-id', 'aws-secret-access-key'],
  ['aws-secret-access-key', 'aws-access-key-id'],
  ['mfa-serial-number', 'mfa-token-code'],
  ['mfa-token-code', 'mfa-serial-number'],
  ['saml-assertion', 'saml-provider-arn'],
  ['saml-provider-arn', 'saml-assertion'],
];

/** A code that STS has seen is used up, so nothing that asks again goes with it. */
const NOT_WITH_MFA: readonly InputName[] = ['role-propagation-timeout-s', 'special-characters-workaround'];

/** What must hold between inputs, told by which of them are set. */
function relationProblems(isSet: (name: InputName) => boolean): readonly string[] {
  const problems = PAIRS.filter(([name, other]) => isSet(name) && !isSet(other)).map(
    ([name, other]) => `${other}: it is required with ${name}. Is the secret set, and may this job see it?`,
  );
  if (!isSet('aws-region')) {
    problems.push(
      'aws-region: it is required. Set the input, or the variable AWS_REGION or AWS_DEFAULT_REGION.',
    );
  }
  if (isSet('mfa-token-code')) {
    const refused = NOT_WITH_MFA.filter(isSet);
    problems.push(
      ...refused.map((name) => `${name}: it does not go with mfa-token-code, which STS takes only once.`),
    );
  }
  return problems;
}
