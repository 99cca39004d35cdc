import { completePlan, type Plan, planHops, type RoleInputs } from '../../../src/chain/plan.js';
import type { Identity } from '../../../src/core/credentials.js';
import { invalidInputs } from '../../../src/core/errors.js';

const HUB = 'arn:aws:iam::222233334444:role/hub';
const SPOKE = 'arn:aws:iam::444455556666:role/spoke';
const END = 'arn:aws:iam::123456789012:role/end';
const ENV = { GITHUB_REPOSITORY: 'octo-org/octo-repo', GITHUB_RUN_ID: '1' };

const NOTHING: RoleInputs = {
  'role-to-assume': HUB,
  'role-chain': undefined,
  'role-session-name': undefined,
  'role-duration-seconds': undefined,
  'role-external-id': undefined,
  'source-identity': undefined,
  'mfa-serial-number': undefined,
  'mfa-token-code': undefined,
  'role-skip-session-tagging': undefined,
  'transitive-tag-keys': undefined,
  'custom-tags': undefined,
  'inline-session-policy': undefined,
  'managed-session-policies': undefined,
};
const tag = (key: string, value: string) => ({ key, value, droppable: false });
const keysOf = (tags: readonly { key: string }[]) => tags.map(({ key }) => key);

/** The plan for a first call by a token unless said otherwise. */
function plan(inputs: Partial<RoleInputs>, kind: Identity['kind'] = 'web-identity', claims = {}): Plan {
  const planned = planHops({ ...NOTHING, ...inputs }, ENV, kind);
  if (planned === undefined) throw new RangeError('There is no role.');
  if (planned.problems.length > 0) throw invalidInputs(planned.problems);
  return completePlan(planned, { claims });
}

describe('a chain', () => {
  it('asks for the shortest session on the way, and for what the inputs say at its end', () => {
    const chain = [{ role: SPOKE }, { role: END }];
    const seconds = (inputs: Partial<RoleInputs>) =>
      plan(inputs).hops.map(({ durationSeconds }) => durationSeconds);
    expect(seconds({})).toEqual([3600]);
    expect(seconds({ 'role-duration-seconds': 43200 })).toEqual([43200]);
    expect(seconds({ 'role-chain': chain })).toEqual([900, 900, 3600]);
    expect(seconds({ 'role-chain': chain, 'role-duration-seconds': 1800 })).toEqual([900, 900, 1800]);
    expect(
      seconds({
        'role-chain': [
          { role: SPOKE, durationSeconds: 1200 },
          { role: END, durationSeconds: 2400 },
        ],
      }),
    ).toEqual([900, 1200, 2400]);
  });

  it('may not last longer than an hour at its end', () => {
    expect(() => plan({ 'role-chain': [{ role: SPOKE }], 'role-duration-seconds': 3601 })).toThrow(
      /role-duration-seconds: got 3601; allowed: at most 3600 with role-chain, because AWS limits/,
    );
  });

  it('puts tags, external id, source identity and MFA of the step on the first AssumeRole', () => {
    const inputs = {
      'role-chain': [{ role: SPOKE }, { role: END }],
      'role-external-id': 'outer',
      'source-identity': 'octocat',
      'mfa-serial-number': 'arn:aws:iam::111122223333:mfa/user',
      'mfa-token-code': '123456',
      'custom-tags': [tag('Team', 'platform')],
    };
    const where = (by: 'web-identity' | 'aws') =>
      plan(inputs, by).hops.map((hop) => [
        hop.externalId,
        hop.sourceIdentity,
        keysOf(hop.tags),
        hop.mfa?.tokenCode,
      ]);
    const nothing = [undefined, undefined, [], undefined];
    const all = ['outer', 'octocat', ['GitHub', 'Repository', 'RunId', 'Team'], '123456'];
    expect(where('aws')).toEqual([all, nothing, nothing]);
    expect(where('web-identity')).toEqual([nothing, all, nothing]);
  });

  it('prefers what an item says itself, and names sessions as the step says otherwise', () => {
    const { hops } = plan({
      'role-chain': [
        { role: SPOKE, externalId: 'own', sessionName: 'mine' },
        { role: END, externalId: 'last' },
      ],
      'role-external-id': 'outer',
      'role-session-name': 'theirs',
    });
    expect(hops.map(({ sessionName, externalId }) => [sessionName, externalId])).toEqual([
      ['theirs', undefined],
      ['mine', 'own'],
      ['theirs', 'last'],
    ]);
  });

  it('narrows the last session only', () => {
    const { hops } = plan({
      'role-chain': [{ role: SPOKE, policy: '{}' }, { role: END }],
      'inline-session-policy': '{"Version":"2012-10-17"}',
      'managed-session-policies': ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    });
    expect(hops.map(({ policy, policyArns }) => [policy, policyArns.length])).toEqual([
      [undefined, 0],
      ['{}', 0],
      ['{"Version":"2012-10-17"}', 1],
    ]);
  });

  it.each([
    [
      'inline-session-policy',
      '{}',
      { policy: '{}' },
      /item 1: session-policy: the input inline-session-policy applies to this last role/,
    ],
    [
      'managed-session-policies',
      ['a'],
      { policyArns: ['b'] },
      /item 1: managed-session-policies: the input of that name/,
    ],
  ])('refuses %s beside a policy of the last item', (name, value, item, problem) => {
    expect(() => plan({ 'role-chain': [{ role: SPOKE, ...item }], [name]: value })).toThrow(problem);
  });

  it.each([
    ['Stage', 'STAGE'],
    ['STAGE', 'Stage'],
    ['stage', 'stage'],
  ])('takes %s, which the token brings along, for %s of an item', (inherited, own) => {
    const claims = {
      'https://aws.amazon.com/tags': {
        principal_tags: { [inherited]: ['prod'] },
        transitive_tag_keys: [inherited],
      },
    };
    const chain = (value: string) => [{ role: SPOKE, tags: [tag(own, value)], transitiveTagKeys: [own] }];
    const { hops, notices } = plan({ 'role-chain': chain('prod') }, 'web-identity', claims);
    expect(keysOf(hops[1]?.tags ?? [])).toEqual(['GitHub', 'Repository', 'RunId']);
    expect([hops[1]?.transitiveTagKeys, notices]).toEqual([[], []]);
    expect(() => plan({ 'role-chain': chain('test') }, 'web-identity', claims)).toThrow(
      `item 1: tags: got a different value for "${own}"`,
    );
  });

  it('never sends an inherited transitive tag again', () => {
    const { hops, notices } = plan(
      {
        'role-chain': [
          { role: SPOKE, tags: [tag('Stage', 'prod')], transitiveTagKeys: ['Stage', 'Repository'] },
          {
            role: END,
            tags: [tag('stage', 'prod'), tag('Other', 'x')],
            transitiveTagKeys: ['Repository', 'Nothing'],
          },
        ],
        'transitive-tag-keys': ['GitHub'],
      },
      'aws',
    );
    expect(hops.map(({ tags, transitiveTagKeys }) => [keysOf(tags), transitiveTagKeys])).toEqual([
      [['GitHub', 'Repository', 'RunId'], ['GitHub']],
      [['Stage'], ['Stage']],
      [['Other'], []],
    ]);
    expect(notices).toEqual([
      'role-chain: item 1: transitive-tag-keys: ignored Repository, because no session tag has that key.',
      'role-chain: item 2: transitive-tag-keys: ignored Repository, Nothing, because no session tag has that key.',
    ]);
  });

  it('knows the transitive tags that a token brings along', () => {
    const claims = {
      'https://aws.amazon.com/tags': {
        principal_tags: { Repository: ['octo-org/octo-repo'] },
        transitive_tag_keys: ['Repository'],
      },
    };
    const { hops } = plan({ 'role-chain': [{ role: SPOKE }] }, 'web-identity', claims);
    expect(keysOf(hops[1]?.tags ?? [])).toEqual(['GitHub', 'RunId']);
  });

  it.each([
    [
      'another value for an inherited tag',
      [
        { role: SPOKE, tags: [tag('A', '1')], transitiveTagKeys: ['A'] },
        { role: END, tags: [tag('a', '2')] },
      ],
      /item 2: tags: got a different value for "a"/,
    ],
    [
      'another source identity',
      [
        { role: SPOKE, sourceIdentity: 'one' },
        { role: END, sourceIdentity: 'two' },
      ],
      /item 2: source-identity: got "two", but an earlier role sets "one"/,
    ],
  ])('refuses %s', (_, chain, problem) => {
    expect(() => plan({ 'role-chain': chain })).toThrow(problem);
  });

  it('refuses another source identity than the step’s, which keys set on the first hop', () => {
    const inputs = { 'role-chain': [{ role: SPOKE, sourceIdentity: 'other' }], 'source-identity': 'octocat' };
    expect(() => plan(inputs, 'aws')).toThrow(
      /item 1: source-identity: got "other", but an earlier role sets "octocat"/,
    );
    expect(plan(inputs, 'web-identity').hops[1]?.sourceIdentity).toBe('other');
  });

  it('refuses a tag that custom-tags has, too', () => {
    const inputs = {
      'role-chain': [{ role: SPOKE, tags: [tag('team', 'b')] }],
      'custom-tags': [tag('Team', 'a')],
    };
    expect(() => plan(inputs)).toThrow(
      /item 1: tags: got "team", which custom-tags or the run's own tags already set/,
    );
  });

  it('sends an item’s own tags also where the step’s are skipped', () => {
    const { hops } = plan({
      'role-chain': [{ role: SPOKE, tags: [tag('A', '1')] }],
      'role-skip-session-tagging': true,
    });
    expect(hops[1]?.tags).toEqual([tag('A', '1')]);
  });

  it.each([
    ['web-identity', 'AssumeRoleWithWebIdentity'],
    ['saml', 'AssumeRoleWithSAML'],
  ] as const)('warns once of what a %s alone cannot carry, and not where a hop can', (by, call) => {
    const inputs = { 'role-external-id': 'x1', 'custom-tags': [tag('A', '1')] };
    expect(plan(inputs, by).warnings).toEqual([
      `role-external-id, custom-tags: not sent, because ${call} has no such parameter. A role in role-chain, which is assumed with AssumeRole, can carry it.`,
    ]);
    expect(plan({ ...inputs, 'role-chain': [{ role: SPOKE }] }, by).warnings).toEqual([]);
  });
});
