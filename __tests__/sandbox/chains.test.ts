import { denied, HUB, HUB_SESSION, roleSandbox } from '../support/assume-role.js';
import {
  type Answer,
  assumeWithToken,
  element,
  type Keys,
  keysOf,
  LEGACY_DEPLOYER,
  requestToken,
} from '../support/sts-client.js';

const LINKS = [
  'arn:aws:iam::222233334444:role/link-1',
  'arn:aws:iam::444455556666:role/link-2',
  'arn:aws:iam::123456789012:role/link-3',
  'arn:aws:iam::222233334444:role/link-4',
  'arn:aws:iam::444455556666:role/link-5',
] as const;

const sandbox = roleSandbox();
const { assume } = sandbox;
let hub: Keys;
beforeAll(async () => {
  hub = await sandbox.hubKeys();
});

const tag = (Key: string, Value: string, isTransitive = false) => ({
  'Tags.member.1.Key': Key,
  'Tags.member.1.Value': Value,
  ...(isTransitive ? { 'TransitiveTagKeys.member.1': Key } : {}),
});

describe('hub and spoke', () => {
  it.each(['111122223333', '444455556666', '123456789012'])(
    'the hub opens the spoke in account %s',
    async (account) => {
      const answer = await assume(hub, `arn:aws:iam::${account}:role/spoke-deploy`);
      expect(element(answer, 'Arn')).toBe(`arn:aws:sts::${account}:assumed-role/spoke-deploy/session`);
    },
  );

  it('only the main branch opens the hub', async () => {
    const feature = await requestToken(sandbox.cloud.environment({ ref: 'refs/heads/feature' }));
    expect((await assumeWithToken(sandbox.cloud, HUB, feature)).status).toBe(403);
  });

  it('both sides have to agree: the role must trust the hub, and the hub must be allowed', async () => {
    for (const name of ['spoke-closed', 'hub-may-not']) {
      const role = `arn:aws:iam::444455556666:role/${name}`;
      expect(await assume(hub, role)).toMatchObject(denied(HUB_SESSION, 'sts:AssumeRole', role));
    }
  });

  it('a spoke is the end: it may assume nothing', async () => {
    const spoke = keysOf(await assume(hub, 'arn:aws:iam::444455556666:role/spoke-deploy'));
    expect((await assume(spoke, 'arn:aws:iam::111122223333:role/spoke-deploy')).status).toBe(403);
  });
});

describe('a role with a condition of its own', () => {
  const VENDOR = 'arn:aws:iam::555555555555:role/vendor-deploy';
  const TEAM = 'arn:aws:iam::444455556666:role/team-deploy';
  const AUDITED = 'arn:aws:iam::123456789012:role/audited-deploy';

  it.each<[string, string, Record<string, string>, number]>([
    ["the vendor's, with the external id", VENDOR, { ExternalId: 'octo-org-external-id' }, 200],
    ["the vendor's, with another external id", VENDOR, { ExternalId: 'other-external-id' }, 403],
    ["the vendor's, without one", VENDOR, {}, 403],
    ["the team's, with its tag", TEAM, tag('Team', 'platform'), 200],
    ["the team's, with its tag in other case", TEAM, tag('team', 'platform'), 200],
    ["the team's, with another value", TEAM, tag('Team', 'Platform'), 403],
    ["the team's, without a tag", TEAM, {}, 403],
    ['the audited one, with a source identity', AUDITED, { SourceIdentity: 'octocat' }, 200],
    ['the audited one, with one of other form', AUDITED, { SourceIdentity: 'hubot' }, 403],
    ['the audited one, without', AUDITED, {}, 403],
  ])('%s', async (_, role, more, status) => {
    expect((await assume(hub, role, more)).status).toBe(status);
  });
});

describe('five roles in three accounts', () => {
  /** Goes along the chain from the given link, each hop with the keys of the one before. */
  async function follow(keys: Keys, from: number, more: Record<string, string> = {}): Promise<Answer> {
    const [first = '', ...rest] = LINKS.slice(from);
    let answer = await assume(keys, first, more);
    for (const role of rest) answer = await assume(keysOf(answer), role);
    return answer;
  }

  it("open one after the other from GitHub's token", async () => {
    const token = await requestToken(sandbox.cloud.environment());
    const first = keysOf(await assumeWithToken(sandbox.cloud, LINKS[0], token));
    expect(element(await follow(first, 1), 'Arn')).toBe(
      'arn:aws:sts::444455556666:assumed-role/link-5/session',
    );
  });

  it('open from access keys, too, and carry what was set at the start to the end', async () => {
    const start = { ...tag('Team', 'platform', true), SourceIdentity: 'octocat' };
    const last = await follow(LEGACY_DEPLOYER, 0, start);
    expect(element(last, 'SourceIdentity')).toBe('octocat');
    // Team=platform: 12 + 8 of 470.
    expect(element(last, 'PackedPolicySize')).toBe('5');
  });

  it('do not open with one left out', async () => {
    const first = keysOf(await assume(LEGACY_DEPLOYER, LINKS[0]));
    const session = 'arn:aws:sts::222233334444:assumed-role/link-1/session';
    expect(await assume(first, LINKS[2])).toMatchObject(denied(session, 'sts:AssumeRole', LINKS[2]));
    expect(await assume(hub, LINKS[1])).toMatchObject(denied(HUB_SESSION, 'sts:AssumeRole', LINKS[1]));
  });

  it('record who signed each hop', async () => {
    const before = sandbox.cloud.requests.length;
    await follow(LEGACY_DEPLOYER, 0);
    const signers = sandbox.cloud.requests.slice(before).map(({ signer }) => signer);
    expect(signers[0]).toBe(LEGACY_DEPLOYER.accessKeyId);
    expect(new Set(signers).size).toBe(5);
  });
});
