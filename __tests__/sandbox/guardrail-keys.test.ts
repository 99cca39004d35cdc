import {
  assume,
  asUser,
  endpoint,
  FIRST,
  inOrganization,
  inWorld,
  ORGANIZATION,
  SECOND,
  type World,
} from '../support/guarded-account.js';
import { keysOf, LEGACY_DEPLOYER, signed } from '../support/sts-client.js';

// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
describe('the trust policy sees', () => {
  const now = new Date();
  const soon = new Date(now.getTime() + 3_600_000).toISOString();
  const before = new Date(now.getTime() - 3_600_000).toISOString();

  it.each<[string, World, object, number]>([
    [
      'the address',
      { network: { sourceIp: '203.0.113.7' } },
      { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      200,
    ],
    [
      'another address',
      { network: { sourceIp: '192.0.2.1' } },
      { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      403,
    ],
    [
      'no public address through an endpoint',
      { network: endpoint() },
      { Null: { 'aws:SourceIp': 'true' } },
      200,
    ],
    [
      'the endpoint',
      { network: endpoint() },
      { StringEquals: { 'aws:SourceVpce': 'vpce-1', 'aws:SourceVpc': 'vpc-1' } },
      200,
    ],
    ['the private address', { network: endpoint() }, { IpAddress: { 'aws:VpcSourceIp': '10.0.0.7' } }, 200],
    [
      'the organization',
      inOrganization({}),
      { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION.id } },
      200,
    ],
    ['that there is none', {}, { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION.id } }, 403],
    [
      'the unit',
      inOrganization({}),
      { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/r-ab12/*' } },
      200,
    ],
    [
      'the organization of the role',
      inOrganization({}),
      { StringEquals: { 'aws:ResourceOrgID': `\${aws:PrincipalOrgID}` } },
      200,
    ],
    ['the time', {}, { DateLessThan: { 'aws:CurrentTime': soon } }, 200],
    ['the time, which is too late', {}, { DateLessThan: { 'aws:CurrentTime': before } }, 403],
    ['the Region', {}, { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, 200],
    [
      'no service in between',
      {},
      { Bool: { 'aws:ViaAWSService': 'false', 'aws:PrincipalIsAWSService': 'false' } },
      200,
    ],
  ])('%s', async (_, world, condition, status) => {
    expect((await asUser({ ...world, condition })).status).toBe(status);
  });

  // docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-tokenissuetime
  it('when temporary credentials were issued, and that keys of a user never were', async () => {
    const condition = { DateGreaterThan: { 'aws:TokenIssueTime': before } };
    expect((await asUser({ condition })).status).toBe(403);
    const chained = (world: World) =>
      inWorld(world, async (cloud) =>
        assume(cloud, keysOf(await assume(cloud, LEGACY_DEPLOYER, FIRST)), SECOND),
      );
    expect((await chained({ condition })).status).toBe(200);
    expect((await chained({ condition: { DateLessThan: { 'aws:TokenIssueTime': before } } })).status).toBe(
      403,
    );
    const ofUser = (world: World) =>
      inWorld(world, async (cloud) =>
        assume(cloud, keysOf(await signed(cloud, LEGACY_DEPLOYER, { Action: 'GetSessionToken' })), SECOND),
      );
    expect((await ofUser({ condition })).status).toBe(200);
  });
});
