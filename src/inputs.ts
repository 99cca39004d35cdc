import { invalidInputs } from './errors.js';
import {
  bool,
  httpUrl,
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
import { customTags } from './roles/tags.js';
import type { Runner } from './runner.js';
import { quote } from './text.js';

/** How one input is read. */
interface Rule<T> {
  readonly parse: Parse<T | Promise<T>>;
  /** Environment variables that stand in for an input that is not set: those of configure-aws-credentials, and AWS's own. */
  readonly fallback?: readonly string[];
  /** Never repeated in a message, and masked. */
  readonly secret?: true;
}

const text = matching(/^[^\s]+$/, 'text without blanks');
const sessionName = matching(/^[\w+=,.@-]{2,64}$/, '2 to 64 of letters, digits and _+=,.@-');
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

/** Policy names may hold commas, so a comma separates two ARNs only where the next one begins. */
const BETWEEN_ARNS = /\n|,(?=\s*(?:arn:|,|\n|$))/;

/** Every input, by the name it has in action.yml. The order is that of the documentation. */
const RULES = {
  'aws-region': { parse: region, fallback: ['AWS_REGION', 'AWS_DEFAULT_REGION'] },
  'role-to-assume': { parse: role, fallback: ['ROLE_TO_ASSUME'] },
  'identity-source': {
    parse: oneOf('auto', 'github-oidc', 'web-identity-token-file', 'access-keys', 'environment'),
  },
  'aws-access-key-id': { parse: text, secret: true },
  'aws-secret-access-key': { parse: text, secret: true },
  'aws-session-token': { parse: text, secret: true },
  'web-identity-token-file': { parse: (raw: string) => raw, fallback: ['WEB_IDENTITY_TOKEN_FILE'] },
  'role-chaining': { parse: bool, fallback: ['ROLE_CHAINING'] },
  'force-skip-oidc': { parse: bool },
  audience: { parse: matching(/^\S.{0,1023}$/, 'text of one line'), fallback: ['AUDIENCE'] },
  'role-duration-seconds': { parse: whole(900, 43200, 'seconds'), fallback: ['ROLE_DURATION_SECONDS'] },
  'role-session-name': { parse: sessionName, fallback: ['ROLE_SESSION_NAME'] },
  'role-external-id': {
    parse: matching(/^[\w+=,.@:/-]{2,1224}$/, '2 to 1224 of letters, digits and _+=,.@:/-'),
    fallback: ['ROLE_EXTERNAL_ID'],
  },
  'source-identity': { parse: sessionName },
  'role-skip-session-tagging': { parse: bool, fallback: ['ROLE_SKIP_SESSION_TAGGING'] },
  'transitive-tag-keys': {
    parse: list(matching(/^.{1,128}$/u, 'tag keys of at most 128 characters'), { max: 50 }),
    fallback: ['TRANSITIVE_TAG_KEYS'],
  },
  'custom-tags': { parse: customTags },
  'inline-session-policy': { parse: sessionPolicy, fallback: ['INLINE_SESSION_POLICY'] },
  'managed-session-policies': {
    parse: list(
      matching(
        /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/\S+$/,
        'ARNs of managed policies, such as arn:aws:iam::aws:policy/ReadOnlyAccess',
      ),
      {
        max: 10,
        separator: BETWEEN_ARNS,
      },
    ),
    fallback: ['MANAGED_SESSION_POLICIES'],
  },
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
  'aws-profile': { parse: matching(/^[^\s[\]/\\\p{Cc}]+$/u, 'a name without blanks, brackets and slashes') },
  'overwrite-aws-profile': { parse: bool, fallback: ['OVERWRITE_AWS_PROFILE'] },
  'unset-current-credentials': { parse: bool, fallback: ['UNSET_CURRENT_CREDENTIALS'] },
  'use-existing-credentials': { parse: bool, fallback: ['USE_EXISTING_CREDENTIALS'] },
  'mask-aws-account-id': { parse: bool, fallback: ['MASK_AWS_ACCOUNT_ID'] },
  'sts-endpoint': { parse: httpUrl, fallback: ['AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL'] },
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
 * Reads and checks every input. Secret ones are masked first.
 * @throws ActionError INPUT_INVALID that tells every problem at once
 */
export async function readInputs(runner: Runner): Promise<Inputs> {
  const problems: string[] = [];
  const given = new Set<string>();
  const values: Record<string, unknown> = {};
  maskAccountIds(runner);
  for (const [name, rule] of Object.entries<Rule<unknown>>(RULES)) {
    const { raw, from } = rawValue(runner, name, rule);
    if (raw === '') continue;
    given.add(name);
    if (rule.secret) maskInput(runner, name, raw);
    try {
      values[name] = await rule.parse(raw);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const got = rule.secret ? 'this value (not shown)' : quote(raw, 120);
      problems.push(`${from}: got ${got}; allowed: ${error.allowed}.`);
    }
  }
  problems.push(...RELATIONS.flatMap((relation) => relation((name) => given.has(name)) ?? []));
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

/** Account ids stand in inputs, too, and a message may have to repeat one. */
function maskAccountIds(runner: Runner): void {
  const { raw } = rawValue(runner, 'mask-aws-account-id', RULES['mask-aws-account-id']);
  if (raw.toLowerCase() !== 'true') return;
  for (const name of ['role-to-assume', 'allowed-account-ids', 'managed-session-policies'] as const) {
    for (const [accountId] of rawValue(runner, name, RULES[name]).raw.matchAll(/\d{12}/g))
      runner.mask(accountId);
  }
}

/** A proxy's address is no secret, its password is. */
function maskInput(runner: Runner, name: string, raw: string): void {
  const secret = name === 'http-proxy' ? /^[^@]*?:\/*[^/@]*?:([^/]*)@/.exec(raw)?.[1] : raw;
  if (secret) runner.mask(secret);
}

/** What must hold between inputs, told by which of them are set. */
const RELATIONS: readonly ((isSet: (name: InputName) => boolean) => string | undefined)[] = [
  (isSet) =>
    isSet('aws-region')
      ? undefined
      : 'aws-region: it is required. Set the input, or the variable AWS_REGION or AWS_DEFAULT_REGION.',
  (isSet) =>
    isSet('aws-access-key-id') && !isSet('aws-secret-access-key')
      ? 'aws-secret-access-key: it is required with aws-access-key-id. Is the secret set, and may this job see it?'
      : undefined,
  (isSet) =>
    isSet('aws-secret-access-key') && !isSet('aws-access-key-id')
      ? 'aws-access-key-id: it is required with aws-secret-access-key. Is the secret set, and may this job see it?'
      : undefined,
];
