import { roleSandbox, SPOKE } from '../support/assume-role.js';
import { startCloud } from '../support/cloud.js';
import { element, type Keys, keysOf, LEGACY_DEPLOYER } from '../support/sts-client.js';

const TAGGED = 'arn:aws:iam::111122223333:role/access-key-deploy';
const UNTAGGED = 'arn:aws:iam::111122223333:role/no-tags';

const sandbox = roleSandbox();
const { assume } = sandbox;

function tags(pairs: readonly (readonly [string, string])[], transitive: readonly string[] = []) {
  return Object.fromEntries([
    ...pairs.flatMap(([key, value], index) => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, value],
    ]),
    ...transitive.map((key, index) => [`TransitiveTagKeys.member.${index + 1}`, key]),
  ]);
}

it('take sts:TagSession in the trust policy', async () => {
  expect((await assume(LEGACY_DEPLOYER, UNTAGGED, {})).status).toBe(200);
  expect((await assume(LEGACY_DEPLOYER, TAGGED, tags([['Actor', 'octocat']]))).status).toBe(200);
  expect(await assume(LEGACY_DEPLOYER, UNTAGGED, tags([['Actor', 'octocat']]))).toMatchObject({
    status: 403,
    code: 'AccessDenied',
    message: `User: arn:aws:iam::111122223333:user/legacy-deployer is not authorized to perform: sts:TagSession on resource: ${UNTAGGED} because no role trust policy allows the sts:TagSession action`,
  });
});

describe('are refused', () => {
  it.each([
    [
      'when a key occurs twice, whatever its case',
      tags([
        ['Actor', 'octocat'],
        ['ACTOR', 'hubot'],
      ]),
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
    [
      'when a key is called transitive and not sent',
      tags([['Actor', 'octocat']], ['Branch']),
      'The specified transitive tag key must be included in the requested tags.',
    ],
    [
      'when a key is reserved',
      tags([['aws:Actor', 'octocat']]),
      'Tag keys with the prefix aws: are reserved for system use.',
    ],
  ])('%s', async (_, more, message) => {
    expect(await assume(LEGACY_DEPLOYER, TAGGED, more)).toMatchObject({
      status: 400,
      code: 'InvalidParameterValue',
      message,
    });
  });

  it.each(['team', 'TEAM', 'Team'])('when an inherited key is sent again, as %s', async (key) => {
    const first = await chained();
    expect(await assume(first, SPOKE, tags([[key, 'other']]))).toMatchObject({
      status: 400,
      code: 'InvalidParameterValue',
      message:
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    });
  });
});

describe('in a chain', () => {
  it('a transitive tag is inherited, and takes room there', async () => {
    const first = await chained();
    const answer = await assume(first, SPOKE, tags([['Actor', 'octocat']]));
    expect(answer.status).toBe(200);
    // team=platform (12 + 8) and Actor=octocat (12 + 8) of 470.
    expect(element(answer, 'PackedPolicySize')).toBe('9');
  });

  it('a tag that is not transitive is not inherited, and its key is free again', async () => {
    const first = await chained();
    expect((await assume(first, SPOKE, tags([['note', 'again']]))).status).toBe(200);
  });

  it('an inherited tag takes sts:TagSession at the next role, too', async () => {
    const trust = (Action: readonly string[], AWS: string) => ({
      Statement: { Effect: 'Allow', Principal: { AWS }, Action },
    });
    const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    const file = {
      accounts: {
        '111122223333': {
          users: {
            deployer: { accessKeys: { [LEGACY_DEPLOYER.accessKeyId]: LEGACY_DEPLOYER.secretAccessKey } },
          },
          roles: {
            first: { trust: trust(['sts:*'], 'arn:aws:iam::111122223333:user/deployer') },
            second: { trust: trust(['sts:AssumeRole'], role('first')) },
          },
        },
      },
    };
    const other = await startCloud({ accounts: file });
    try {
      const first = keysOf(
        await assume(LEGACY_DEPLOYER, role('first'), tags([['team', 'a']], ['team']), other),
      );
      expect(await assume(first, role('second'), {}, other)).toMatchObject({
        status: 403,
        message: expect.stringContaining('sts:TagSession'),
      });
    } finally {
      await other.close();
    }
  });
});

describe('may not take more room than there is', () => {
  it('in the size AWS was seen to refuse', async () => {
    const nine = Array.from({ length: 9 }, (_, index) => [`T${index}`, 'a'.repeat(250)] as const);
    expect(await assume(LEGACY_DEPLOYER, TAGGED, tags(nine))).toMatchObject({
      status: 400,
      code: 'PackedPolicyTooLarge',
      message: 'Packed size of session tags consumes 498% of allotted space.',
    });
  });

  it.each([
    [70, 200, '100'],
    [71, 400, undefined],
  ])('two tags, one of 384 characters and one of %i, get %i', async (length, status, size) => {
    // Each takes 8 more, and there are 470.
    const two = [
      ['k'.repeat(128), 'v'.repeat(256)],
      ['l', 'v'.repeat(length - 1)],
    ] as const;
    const answer = await assume(LEGACY_DEPLOYER, TAGGED, tags(two));
    expect([answer.status, element(answer, 'PackedPolicySize')]).toEqual([status, size]);
  });

  it('while the tags of a usual workflow fit', async () => {
    const usual = Object.entries({
      GitHub: 'Actions',
      Repository: 'octo-org/octo-repo',
      Workflow: 'deploy',
      Action: '__octo-org_assume-aws-role',
      Actor: 'octocat',
      Commit: 'ffac537e6cbbf934b08745a378932722df287a53',
      Branch: 'refs/heads/main',
    });
    const answer = await assume(LEGACY_DEPLOYER, TAGGED, tags(usual));
    expect(answer.status).toBe(200);
    expect(Number(element(answer, 'PackedPolicySize'))).toBeLessThan(60);
  });
});

/** A session of hub-deploy that has one transitive tag, and one that is not. */
function chained(): Promise<Keys> {
  const claim = { principal_tags: { team: ['platform'], note: ['once'] }, transitive_tag_keys: ['team'] };
  const run = { claims: { 'https://aws.amazon.com/tags': claim } };
  return sandbox.hubKeys(run);
}
