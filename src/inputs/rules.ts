import { isRoleArn, isRolePath } from '../core/arn.js';
import { nearestRegion } from '../core/regions.js';
import { unicodePattern } from '../core/unicode-pattern.js';
import { customTags } from './custom-tags.js';
import {
  bool,
  endpointUrl,
  InputParseError,
  list,
  matching,
  oneOf,
  type Parse,
  poolId,
  proxyUrl,
  secretText,
  whole,
} from './parsers.js';
import { roleChain } from './role-chain.js';
import { ALLOWED_SHELLS, isShell } from './shells.js';
import { SOURCE_NAMES } from './source-names.js';
import {
  durationSeconds,
  externalId,
  federatedUserName,
  managedPolicyArns,
  sessionName,
  sessionPolicy,
  tagKeys,
} from './sts-parameters.js';
import { orYamlList } from './yaml.js';

/** How one input is read. */
export interface Rule<T> {
  readonly parse: Parse<T | Promise<T>>;
  /** Environment variables that stand in for an input that is not set: those of configure-aws-credentials, and AWS's own. */
  readonly fallback?: readonly string[];
  /** Never repeated in a message, and masked. */
  readonly secret?: true;
}

const region: Parse<string> = (raw) => {
  if (/^[a-z0-9-]{1,64}$/.test(raw)) return raw;
  throw new InputParseError(`the name of a Region, such as ${nearestRegion(raw) ?? 'us-east-1'}`);
};

/** Few workflows set it, so its reader is loaded only then. */
const callerPolicy: Parse<Promise<string>> = async (raw) =>
  (await import('./caller-policy.js')).callerPolicy(raw);

const role: Parse<string> = (raw) => {
  if (isRoleArn(raw)) return raw;
  if (/:assumed-role\//.test(raw)) {
    throw new InputParseError(
      'the ARN of the role itself (arn:aws:iam::ACCOUNT:role/NAME), not that of a session of it',
    );
  }
  if (raw.includes(':') || !isRolePath(raw)) {
    throw new InputParseError(
      'the ARN of an IAM role (arn:aws:iam::ACCOUNT:role/NAME), or the name of a role in the source account',
    );
  }
  return raw;
};

const roleName = matching(
  unicodePattern(String.raw`^[\p{L}\p{N}][\p{L}\p{N}_./@-]{0,99}$`),
  'the name of a role in roles-file, such as payments-production; an ARN goes into role-to-assume',
);

const shell: Parse<string> = (raw) => {
  if (isShell(raw)) return raw;
  throw new InputParseError(ALLOWED_SHELLS);
};

/** Every input, by the name it has in action.yml. The order is that of the documentation. */
export const RULES = {
  // The role
  'aws-region': { parse: region, fallback: ['AWS_REGION', 'AWS_DEFAULT_REGION'] },
  'role-to-assume': { parse: role, fallback: ['ROLE_TO_ASSUME'] },
  'role-duration-seconds': {
    parse: durationSeconds,
    fallback: ['ROLE_DURATION_SECONDS'],
  },
  'role-session-name': { parse: sessionName, fallback: ['ROLE_SESSION_NAME'] },
  'role-external-id': { parse: externalId, fallback: ['ROLE_EXTERNAL_ID'] },
  'source-identity': { parse: sessionName },
  'inline-session-policy': { parse: sessionPolicy, fallback: ['INLINE_SESSION_POLICY'] },
  'managed-session-policies': {
    parse: orYamlList(managedPolicyArns),
    fallback: ['MANAGED_SESSION_POLICIES'],
  },
  // Read before all others: see role-map/resolve.ts.
  role: { parse: roleName },
  'roles-file': { parse: (raw: string) => raw },
  'roles-sha256': { parse: matching(/^[0-9a-f]{64}$/i, 'the SHA-256 of roles-file, 64 hexadecimal digits') },
  // Where the identity comes from
  'identity-source': {
    parse: oneOf('auto', ...SOURCE_NAMES),
  },
  audience: {
    parse: matching(
      unicodePattern(String.raw`^[^\p{C}\p{Zl}\p{Zp}]{1,1024}$`),
      'at most 1024 visible characters on one line',
    ),
    fallback: ['AUDIENCE'],
  },
  'web-identity-token-file': { parse: (raw: string) => raw, fallback: ['WEB_IDENTITY_TOKEN_FILE'] },
  'aws-access-key-id': { parse: secretText, secret: true },
  'aws-secret-access-key': { parse: secretText, secret: true },
  'aws-session-token': { parse: secretText, secret: true },
  'mfa-serial-number': {
    parse: matching(
      /^[\w+=/:,.@-]{9,256}$/,
      'the ARN of a virtual MFA device (arn:aws:iam::ACCOUNT:mfa/NAME) or the serial number of a hardware one',
    ),
  },
  'mfa-token-code': { parse: matching(/^\d{6}$/, 'the 6 digits the device shows'), secret: true },
  'get-session-token': { parse: bool },
  'federated-user-name': { parse: federatedUserName },
  'role-chaining': { parse: bool, fallback: ['ROLE_CHAINING'] },
  'cognito-identity-pool-id': {
    parse: poolId,
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
  'force-skip-oidc': { parse: bool },
  // Chains and tags
  'role-chain': { parse: roleChain },
  'custom-tags': { parse: customTags },
  'transitive-tag-keys': { parse: orYamlList(tagKeys), fallback: ['TRANSITIVE_TAG_KEYS'] },
  'role-skip-session-tagging': { parse: bool, fallback: ['ROLE_SKIP_SESSION_TAGGING'] },
  // Guards
  'allowed-account-ids': { parse: orYamlList(list(matching(/^\d{12}$/, 'account ids of 12 digits'))) },
  'allowed-role-arns': {
    parse: orYamlList(
      list(
        matching(
          /^(arn:|\*)\S*$/,
          'ARNs of roles such as arn:aws:iam::ACCOUNT:role/deploy-*, where * stands for any text',
        ),
      ),
    ),
  },
  'allowed-repositories': {
    parse: orYamlList(
      list(
        matching(
          /^([^\s/]+\/[^\s/]+|[^\s/]*\*[^\s/]*)$/,
          'repositories such as octo-org/octo-repo or octo-org/*, where * stands for any text',
        ),
      ),
    ),
  },
  'allowed-refs': {
    parse: orYamlList(
      list(
        matching(
          /^(refs\/|\*)\S*$/,
          'whole refs such as refs/heads/main or refs/tags/v*, where * stands for any text',
        ),
      ),
    ),
  },
  'allowed-environments': { parse: orYamlList(list((raw) => raw)) },
  'verify-credentials': { parse: bool },
  // Read only when AWS refuses: see report/explanation.ts.
  // Where the credentials go
  'output-env-credentials': { parse: bool },
  'output-credentials': { parse: bool, fallback: ['OUTPUT_CREDENTIALS'] },
  'aws-profile': {
    parse: matching(
      unicodePattern(String.raw`^[^\s[\]/\\"'#;=\p{Cc}\p{Cf}]+$`),
      'a name without blanks, brackets, quotes, slashes and # ; =',
    ),
  },
  'overwrite-aws-profile': { parse: bool, fallback: ['OVERWRITE_AWS_PROFILE'] },
  'refresh-credentials': { parse: bool },
  'credential-endpoint': { parse: bool },
  'export-token-file': { parse: bool },
  'unset-current-credentials': { parse: bool, fallback: ['UNSET_CURRENT_CREDENTIALS'] },
  'use-existing-credentials': { parse: bool, fallback: ['USE_EXISTING_CREDENTIALS'] },
  run: { parse: (raw: string) => raw },
  shell: { parse: shell },
  'mask-aws-account-id': { parse: bool, fallback: ['MASK_AWS_ACCOUNT_ID'] },
  // Network
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
  // Behaviour
  'trust-policy': { parse: (raw: string) => raw },
  'caller-policy': { parse: callerPolicy },
  summary: { parse: oneOf('on-failure', 'always', 'never') },
  'audit-file': { parse: (raw: string) => raw },
  // Read before all others: see variableFor in inputs.ts.
  'retry-max-attempts': { parse: whole(1, 100, 'attempts'), fallback: ['RETRY_MAX_ATTEMPTS'] },
  'disable-retry': { parse: bool, fallback: ['DISABLE_RETRY'] },
  'role-propagation-timeout-s': { parse: whole(0, 900, 'seconds') },
  'action-timeout-s': { parse: whole(0, 21600, 'seconds') },
  'special-characters-workaround': { parse: bool, fallback: ['SPECIAL_CHARACTERS_WORKAROUND'] },
  'translate-env-variables': { parse: bool },
} as const satisfies Record<string, Rule<unknown>>;

export type InputName = keyof typeof RULES;

/** Every input as a parsed value; undefined where it is not set and has no default. */
export type ParsedInputs = {
  readonly [Name in InputName]: Awaited<ReturnType<(typeof RULES)[Name]['parse']>> | undefined;
};

/** The inputs once they are checked: no run is without a Region. */
export type Inputs = ParsedInputs & { readonly 'aws-region': string };
