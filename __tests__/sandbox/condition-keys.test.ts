import type { AccountsFile, Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { type Answer, element, type Keys, keysOf, LEGACY_DEPLOYER, signed } from '../support/sts-client.js';

const ACCOUNT = '111122223333';
const USER = `arn:aws:iam::${ACCOUNT}:user/deployer`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/phone`;
const ANY = { Effect: 'Allow', Action: 'sts:*', Resource: '*' };

/** A policy variable, `${name}`. */
const variable = (name: string): string => `\${${name}}`;

interface World {
  /** The condition of the second role's trust policy. */
  readonly condition?: object;
  /** The statements of the first role, the caller; anything unless said. */
  readonly permissions?: readonly object[];
  readonly firstTags?: Readonly<Record<string, string>>;
  readonly secondTags?: Readonly<Record<string, string>>;
}

function accounts({ condition, permissions = [ANY], firstTags = {}, secondTags = {} }: World): AccountsFile {
  const trust = (AWS: string, Condition: object = {}) => ({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS }, Action: 'sts:*', Condition },
  });
  return {
    accounts: {
      [ACCOUNT]: {
        users: {
          deployer: {
            accessKeys: { [LEGACY_DEPLOYER.accessKeyId]: LEGACY_DEPLOYER.secretAccessKey },
            mfaDevices: { phone: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
            permissions: [ANY],
          },
        },
        roles: {
          first: { trust: trust(USER), permissions, tags: firstTags },
          // The account is trusted, not the role: the caller's own policy always counts.
          second: { trust: trust(ACCOUNT, condition), tags: secondTags },
        },
      },
    },
  };
}

/** Assumes the first role as the user and the second one after it, or only the second one. */
async function go(
  world: World,
  { first, second = {} }: { first?: Record<string, string>; second?: Record<string, string> },
): Promise<Answer> {
  const cloud = await startCloud({ accounts: accounts(world) });
  try {
    const keys =
      first === undefined ? LEGACY_DEPLOYER : keysOf(await hop(cloud, LEGACY_DEPLOYER, 'first', first));
    return await hop(cloud, keys, 'second', second);
  } finally {
    await cloud.close();
  }
}

function hop(cloud: Cloud, keys: Keys, name: string, more: Record<string, string>): Promise<Answer> {
  return signed(cloud, keys, {
    Action: 'AssumeRole',
    RoleArn: role(name),
    RoleSessionName: `session-${name}`,
    ...more,
  });
}

const team = (Value: string, isTransitive = false) => ({
  'Tags.member.1.Key': 'Team',
  'Tags.member.1.Value': Value,
  ...(isTransitive ? { 'TransitiveTagKeys.member.1': 'Team' } : {}),
});

describe("the second role's trust policy sees", () => {
  it.each<[string, object, Record<string, string>, Record<string, string>, number]>([
    ['the session tag of the caller', { 'aws:PrincipalTag/Team': 'a' }, team('a'), {}, 200],
    ['another session tag of the caller', { 'aws:PrincipalTag/Team': 'b' }, team('a'), {}, 403],
    ["the caller's role's own tag", { 'aws:PrincipalTag/Unit': 'x' }, {}, {}, 200],
    ['an inherited tag as requested', { 'aws:RequestTag/Team': 'a' }, team('a', true), {}, 200],
    ['a tag that is not inherited as absent', { 'aws:RequestTag/Team': 'a' }, team('a'), {}, 403],
    [
      'a tag that repeats the caller’s',
      { 'aws:RequestTag/Team': variable('aws:PrincipalTag/Team') },
      team('a'),
      team('a'),
      200,
    ],
    [
      'a tag that contradicts the caller’s',
      { 'aws:RequestTag/Team': variable('aws:PrincipalTag/Team') },
      team('a'),
      team('b'),
      403,
    ],
    ['the session name', { 'sts:RoleSessionName': 'session-second' }, {}, {}, 200],
    [
      'the source identity set before',
      { 'sts:SourceIdentity': 'octocat' },
      { SourceIdentity: 'octocat' },
      {},
      200,
    ],
    ['whose session it is', { 'aws:PrincipalArn': role('first') }, {}, {}, 200],
    ['that a role session has no MFA', { 'aws:MultiFactorAuthPresent': 'false' }, {}, {}, 200],
  ])('%s', async (_, keys, first, second, status) => {
    const world = { condition: { StringEquals: keys }, firstTags: { Unit: 'x' } };
    expect((await go(world, { first, second })).status).toBe(status);
  });

  it.each<[string, object, Record<string, string>, number]>([
    ['the keys of the tags', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] } }, team('a'), 200],
    ['a key too many', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Unit'] } }, team('a'), 403],
    [
      'which tags are transitive',
      { 'ForAnyValue:StringEquals': { 'sts:TransitiveTagKeys': 'Team' } },
      team('a', true),
      200,
    ],
    ['that none is', { 'ForAnyValue:StringEquals': { 'sts:TransitiveTagKeys': 'Team' } }, team('a'), 403],
    [
      'that no MFA was asked for with long-lived keys',
      { Null: { 'aws:MultiFactorAuthPresent': 'true' } },
      {},
      200,
    ],
    ['long-lived keys without MFA', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, {}, 403],
    [
      'long-lived keys without MFA, if it lets the key be absent',
      { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } },
      {},
      200,
    ],
    ['no age of MFA where there is none', { NumericLessThan: { 'aws:MultiFactorAuthAge': '9' } }, {}, 403],
  ])('%s', async (_, condition, second, status) => {
    expect((await go({ condition }, { second })).status).toBe(status);
  });
});

describe("the caller's own policy", () => {
  const allow = (more: object) => [{ ...ANY, ...more }];

  it.each<[string, readonly object[], number]>([
    ['has to allow the role', allow({ Resource: role('third') }), 403],
    ['may deny it', [ANY, { ...ANY, Effect: 'Deny', Resource: role('sec*') }], 403],
    ['may name it by a tag of the caller', allow({ Resource: role(variable('aws:PrincipalTag/Next')) }), 200],
    ['may name another one so', allow({ Resource: role(`${variable('aws:PrincipalTag/Next')}-2`) }), 403],
    [
      'names nothing by a tag that is absent',
      allow({ Resource: role(`second${variable('aws:PrincipalTag/No')}`) }),
      403,
    ],
    [
      'may ask for the tag of the role',
      allow({ Condition: { StringEquals: { 'aws:ResourceTag/Unit': 'x' } } }),
      200,
    ],
    [
      'may compare both',
      allow({ Condition: { StringEquals: { 'iam:ResourceTag/Unit': variable('aws:PrincipalTag/Unit') } } }),
      200,
    ],
    [
      'may find them different',
      allow({ Condition: { StringEquals: { 'aws:ResourceTag/Unit': variable('aws:PrincipalTag/Next') } } }),
      403,
    ],
    [
      'may ask for the account of the role',
      allow({ Condition: { StringEquals: { 'aws:ResourceAccount': ACCOUNT } } }),
      200,
    ],
    [
      'may want MFA, which no role session has',
      allow({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
      403,
    ],
    ['may leave tags out', allow({ Action: 'sts:AssumeRole' }), 403],
  ])('%s', async (_, permissions, status) => {
    const world = { permissions, firstTags: { Next: 'second', Unit: 'x' }, secondTags: { Unit: 'x' } };
    expect((await go(world, { first: {}, second: team('a') })).status).toBe(status);
  });
});

it('MFA counts for the whole request: the user may assume nothing without, and everything with a code', async () => {
  const file = accounts({});
  const wanted = { ...ANY, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
  const entry = file.accounts[ACCOUNT];
  const deployer = entry?.users?.deployer;
  if (deployer === undefined) throw new Error('The user is missing');
  const users = { deployer: { ...deployer, permissions: [wanted] } };
  const cloud = await startCloud({ accounts: { accounts: { [ACCOUNT]: { ...entry, users } } } });
  try {
    expect((await hop(cloud, LEGACY_DEPLOYER, 'second', {})).status).toBe(403);
    const code = { SerialNumber: SERIAL, TokenCode: cloud.mfaCode(SERIAL) };
    expect((await hop(cloud, LEGACY_DEPLOYER, 'second', code)).status).toBe(200);
  } finally {
    await cloud.close();
  }
});

it('a transitive tag and the source identity reach the third session, an ordinary tag only the next', async () => {
  const cloud = await startCloud({ accounts: accounts({}) });
  try {
    const tags = {
      ...team('a', true),
      'Tags.member.2.Key': 'Note',
      'Tags.member.2.Value': 'once',
      SourceIdentity: 'octocat',
    };
    const first = await hop(cloud, LEGACY_DEPLOYER, 'first', tags);
    const second = await hop(cloud, keysOf(first), 'second', {});
    // Team=a and Note=once: 5 + 8 + 8 + 8 of 470; then Team=a alone.
    expect([first, second].map((answer) => element(answer, 'PackedPolicySize'))).toEqual(['7', '3']);
    expect([first, second].map((answer) => element(answer, 'SourceIdentity'))).toEqual([
      'octocat',
      'octocat',
    ]);
  } finally {
    await cloud.close();
  }
});

describe('numbers in conditions', () => {
  it.each<[string, string, number]>([
    ['NumericEquals', '0', 200],
    ['NumericNotEquals', '0', 403],
    ['NumericLessThan', '1', 200],
    ['NumericLessThan', '0', 403],
    ['NumericLessThanEquals', '0', 200],
    ['NumericGreaterThan', '0', 403],
    ['NumericGreaterThanEquals', '0', 200],
    ['NumericLessThan', 'soon', 403],
  ])('an MFA of this moment: %s %s', async (operator, value, status) => {
    const condition = { [operator]: { 'aws:MultiFactorAuthAge': value } };
    const cloud = await startCloud({ accounts: accounts({ condition }) });
    try {
      const code = { SerialNumber: SERIAL, TokenCode: cloud.mfaCode(SERIAL) };
      expect((await hop(cloud, LEGACY_DEPLOYER, 'second', code)).status).toBe(status);
    } finally {
      await cloud.close();
    }
  });
});
