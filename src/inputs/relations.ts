import { mayBeRegion, nearestRegion } from '../core/regions.js';
import { quote } from '../core/text.js';
import type { InputName, ParsedInputs } from './rules.js';

/** An input that is set: its text, where that comes from in words, and the variable that stands in for it. */
export interface GivenInput {
  readonly raw: string;
  readonly from: string;
  readonly variable?: string | undefined;
}

type Given = ReadonlyMap<string, GivenInput>;

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

/**
 * What must hold between inputs, told by which of them are set.
 * @param refused those of which something else is wrong
 */
export function relationProblems(given: Given, refused: ReadonlySet<string>): readonly string[] {
  const problems = PAIRS.filter(([name, other]) => given.has(name) && !given.has(other)).map(
    ([name, other]) => `${other}: it is required with ${name}. Is the secret set, and may this job see it?`,
  );
  if (!given.has('aws-region')) {
    problems.push(
      'aws-region: it is required. Set the input, or the variable AWS_REGION or AWS_DEFAULT_REGION.',
    );
  }
  if (given.has('mfa-token-code')) {
    const refusedWithMfa = NOT_WITH_MFA.filter((name) => given.has(name));
    problems.push(
      ...refusedWithMfa.map(
        (name) => `${name}: it does not go with mfa-token-code, which STS takes only once.`,
      ),
    );
  }
  // A server other than AWS's has its own Regions and keys.
  if (given.has('sts-endpoint')) return problems;
  return [...problems, ...regionProblems(given, refused), ...temporaryKeyProblems(given)];
}

/** The Region is part of the host's name, so that a misspelt one would be looked for, in vain, as a host. */
function regionProblems(given: Given, refused: ReadonlySet<string>): readonly string[] {
  return (['aws-region', 'sts-region'] as const).flatMap((name) => {
    const region = given.get(name);
    if (region === undefined || refused.has(name) || mayBeRegion(region.raw)) return [];
    const near = nearestRegion(region.raw);
    const meant = near === undefined ? ', such as us-east-1.' : `. Did you mean ${near}?`;
    return [`${region.from}: got ${quote(region.raw)}; allowed: the name of a Region${meant}`];
  });
}

/** AWS's temporary keys begin with ASIA, and are of no use alone. */
function temporaryKeyProblems(given: Given): readonly string[] {
  const isTemporary = given.get('aws-access-key-id')?.raw.startsWith('ASIA');
  if (!isTemporary || given.has('aws-session-token')) return [];
  return [
    'aws-session-token: it is required with a temporary access key id (ASIA…). Is the secret set, and may this job see it?',
  ];
}

/** What a given input may stand for while its own text is wrong; only that it is given counts. */
const STAND_INS: Partial<ParsedInputs> = {
  'role-to-assume': 'arn:aws:iam::000000000000:role/given',
  'role-chain': [],
  'aws-access-key-id': 'given',
  'saml-assertion': 'given',
  'saml-provider-arn': 'given',
  'cognito-identity-pool-id': 'given',
  'allowed-repositories': [],
  'allowed-refs': [],
  'allowed-environments': [],
  'source-identity': 'given',
  'mfa-serial-number': 'given',
  'mfa-token-code': 'given',
  'inline-session-policy': '{}',
  'managed-session-policies': [],
  'federated-user-name': 'given',
};

/** Inputs whose values decide which identity source is meant, or what goes with it. */
const DECIDING: readonly InputName[] = [
  'identity-source',
  'get-session-token',
  'role-chaining',
  'force-skip-oidc',
  'output-env-credentials',
  'unset-current-credentials',
  'use-existing-credentials',
  'refresh-credentials',
  'credential-endpoint',
  'export-token-file',
  'aws-profile',
];

/** Values for the refused inputs, with which the others can still be checked; undefined where they cannot be. */
export function standInsFor(refused: ReadonlySet<string>): Partial<ParsedInputs> | undefined {
  if (DECIDING.some((name) => refused.has(name))) return undefined;
  return Object.fromEntries(Object.entries(STAND_INS).filter(([name]) => refused.has(name)));
}
