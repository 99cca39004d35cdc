import type { Random } from './random.js';

/** Policies that are hard on an analysis: patterns within names, negation, Deny, sets, variables, rare operators. */
const HOST = 'token.actions.githubusercontent.com';
export const PROVIDER = `arn:aws:iam::111122223333:oidc-provider/${HOST}`;

const OWNERS = [
  'octo-org',
  'octo-org',
  'octo',
  'octo-org*',
  '*',
  'octo?org',
  'Octo-Org',
  'other',
  'octo-org@1',
  'octo-org@*',
  '*-org',
] as const;
const NAMES = [
  'octo-repo',
  'octo-repo',
  'octo',
  '*',
  'octo-*',
  'octo-repo*',
  '*repo',
  'other',
  'octo-repo@2',
  '?',
  'octo-repo@*',
] as const;
const CONTEXTS = [
  'ref:refs/heads/main',
  'ref:refs/heads/*',
  'ref:refs/tags/v*',
  'ref:refs/*',
  'ref:*',
  'pull_request',
  'environment:production',
  'environment:prod*',
  'environment:*',
  '*',
  '*:pull_request',
  'environment:??',
  'ref:refs/heads/release/*',
] as const;
const WHOLE = [
  '*',
  'repo:*',
  '*:pull_request',
  '*octo-org/octo-repo*',
  '*:ref:refs/heads/main',
  'job_workflow_ref:octo-org/shared/.github/workflows/x.yml@refs/heads/main',
  'repository_owner:octo-org',
  'repo:octo-org/octo-repo:environment:production:job_workflow_ref:*',
  'repo:*/octo-repo:*',
  '?*',
  '',
] as const;
const VALUES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  aud: ['sts.amazonaws.com', 'sts.amazonaws.com', '*', 'other', 'sts.*'],
  actor: ['octocat', '*[bot]', 'dependabot[bot]', '*', 'O*'],
  actor_id: ['1', '42', '*', '4?'],
  enterprise_id: ['7', '*', '1?'],
  environment: ['production', 'prod*', '*', 'PRODUCTION', 'true', 'a:b', '*:*'],
  job_workflow_ref: [
    'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
    'octo-org/*',
    '*@refs/heads/main',
    'octo-org/shared/.github/workflows/*@*',
    '*.yaml@*',
  ],
  ref: [
    'refs/heads/main',
    'refs/heads/*',
    'refs/tags/*',
    'refs/*',
    '*',
    'refs/pull/*',
    'refs/heads/release/*',
    '*main*',
  ],
  repository: ['octo-org/octo-repo', 'octo-org/*', '*/octo-repo', '*', 'octo-*/*', 'other/octo-repo'],
  repository_id: ['2', '22', '3', '*', '2*'],
  repository_owner_id: ['1', '11', '3', '*', '1*'],
  workflow: ['Deploy', '*', 'De*', 'deploy', 'true'],
};
const CLAIMS = ['sub', 'sub', 'sub', 'aud', ...Object.keys(VALUES)] as const;
const TEXT_OPERATORS = [
  'StringLike',
  'StringLike',
  'StringLike',
  'StringEquals',
  'StringEquals',
  'StringNotLike',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'ArnLike',
  'ArnNotLike',
  'Bool',
  'BinaryEquals',
] as const;
const NUMERIC = ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericGreaterThanEquals'] as const;
const VARIABLES = [
  `${HOST}:repository`,
  `${HOST}:sub`,
  `${HOST}:ref`,
  'aws:PrincipalTag/team',
  'aws:username',
] as const;
const AWS: readonly [readonly [string, string, string], ...(readonly [string, string, string])[]] = [
  ['IpAddress', 'aws:SourceIp', '10.0.0.0/8'],
  ['NotIpAddress', 'aws:SourceIp', '10.0.0.0/8'],
  ['StringEquals', 'aws:PrincipalOrgID', 'o-1'],
  ['Null', 'aws:SourceVpc', 'false'],
  ['StringEquals', 'aws:username', 'nobody'],
  ['StringEqualsIfExists', 'aws:RequestTag/x', 'y'],
  ['StringEquals', 'aws:FederatedProvider', PROVIDER],
  ['DateGreaterThan', 'aws:CurrentTime', '2026-01-01T00:00:00Z'],
];

/** A policy as it stands in a file. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly StatementDocument[];
}

export interface StatementDocument {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export function randomPolicy(random: Random): PolicyDocument {
  const statements = random.times(1 + random.below(4), () => randomStatement(random));
  return random.chance(0.9) ? { Version: '2012-10-17', Statement: statements } : { Statement: statements };
}

export function randomStatement(random: Random): StatementDocument {
  const block: Record<string, Record<string, readonly string[]>> = {};
  for (let count = random.pick([0, 1, 1, 2, 2, 2, 3, 4]); count > 0; count--) {
    const [operator, key, values] = randomCondition(random);
    block[operator] = { ...block[operator], [key]: values };
  }
  const isNot = random.chance(0.05);
  const principal = random.pick<unknown>([
    { Federated: PROVIDER },
    { Federated: PROVIDER },
    { Federated: PROVIDER },
    { Federated: [PROVIDER, 'arn:aws:iam::111122223333:oidc-provider/example.com'] },
    '*',
    { AWS: '111122223333' },
  ]);
  return {
    Effect: random.chance(0.7) ? 'Allow' : 'Deny',
    Action: random.pick([
      'sts:AssumeRoleWithWebIdentity',
      'sts:AssumeRoleWithWebIdentity',
      'sts:*',
      '*',
      'sts:TagSession',
    ]),
    ...(isNot ? { NotPrincipal: { AWS: '111122223333' } } : { Principal: principal }),
    ...(Object.keys(block).length > 0 && { Condition: block }),
  };
}

function randomCondition(random: Random): readonly [string, string, readonly string[]] {
  if (random.chance(0.08)) {
    const [operator, key, value] = random.pick(AWS);
    return [operator, key, [value]];
  }
  const claim = random.pick(CLAIMS);
  const key = `${HOST}:${claim}`;
  if (random.chance(0.07)) return ['Null', key, [random.pick(['true', 'false'])]];
  const isNumeric = claim.endsWith('_id') && random.chance(0.5);
  const name = isNumeric ? random.pick(NUMERIC) : random.pick(TEXT_OPERATORS);
  const set = random.pick(['', '', '', '', '', 'ForAnyValue:', 'ForAllValues:']);
  const operator = `${set}${name}${random.chance(0.15) ? 'IfExists' : ''}`;
  const count = random.pick([1, 1, 1, 2, 3]);
  if (isNumeric) return [operator, key, random.times(count, () => String(random.below(40)))];
  return [operator, key, random.times(count, () => randomValue(random, claim))];
}

function randomValue(random: Random, claim: string): string {
  if (random.chance(0.04)) {
    const variable = `\${${random.pick(VARIABLES)}}`;
    return random.pick([variable, `repo:${variable}:*`, `*${variable}*`]);
  }
  const values = VALUES[claim];
  if (values !== undefined) return random.pick(values);
  if (random.chance(0.25)) return random.pick(WHOLE);
  return `repo:${random.pick(OWNERS)}/${random.pick(NAMES)}:${random.pick(CONTEXTS)}`;
}
