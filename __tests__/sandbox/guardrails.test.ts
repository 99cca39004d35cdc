import { denied } from '../support/assume-role.js';
import {
  ACCOUNT,
  allow,
  assume,
  asUser,
  byToken,
  deny,
  document,
  endpoint,
  FIRST,
  FIRST_SESSION,
  FULL,
  inOrganization,
  inWorld,
  NO_STS,
  ORGANIZATION,
  SECOND,
  USER,
  type World,
} from '../support/guarded-account.js';
import { keysOf, LEGACY_DEPLOYER } from '../support/sts-client.js';

/*
 * What stands between a caller and a role beside their two policies. The reasons are AWS's own words:
 * docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */

const REFUSED = (words: string) => denied(USER, 'sts:AssumeRole', SECOND, words);

describe('AWS refuses AssumeRole, and says why', () => {
  it.each<[string, World, string]>([
    [
      'no identity policy allows it',
      { caller: { permissions: [] } },
      'because no identity-based policy allows the sts:AssumeRole action',
    ],
    [
      'an identity policy denies it',
      { caller: { permissions: [allow(), deny()] } },
      'with an explicit deny in an identity-based policy',
    ],
    [
      'the permissions boundary does not allow it',
      { caller: { permissionsBoundary: NO_STS } },
      'because no permissions boundary allows the sts:AssumeRole action',
    ],
    [
      'the permissions boundary denies it',
      { caller: { permissionsBoundary: document(allow(), deny()) } },
      'with an explicit deny in a permissions boundary',
    ],
    [
      'one level of service control policies does not allow it',
      inOrganization({ serviceControlPolicies: [[FULL], [NO_STS], [FULL]] }),
      'because no service control policy allows the sts:AssumeRole action',
    ],
    [
      'a service control policy denies it',
      inOrganization({ serviceControlPolicies: [[FULL, document(deny({ Resource: SECOND }))], [FULL]] }),
      'with an explicit deny in a service control policy',
    ],
    [
      'a resource control policy denies it',
      inOrganization({ resourceControlPolicies: [document(deny({ Principal: '*' }))] }),
      'with an explicit deny in a resource control policy',
    ],
    [
      'the policy of the VPC endpoint does not allow it',
      { network: endpoint(document({ ...allow('s3:*'), Principal: '*' })) },
      'because no VPC endpoint policy allows the sts:AssumeRole action',
    ],
    [
      'the trust policy does not allow it',
      { condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      'because no role trust policy allows the sts:AssumeRole action',
    ],
  ])('%s', async (_, world, words) => {
    expect(await asUser(world)).toMatchObject(REFUSED(words));
  });

  it.each<[string, World]>([
    ['boundary and identity policy allow it', { caller: { permissionsBoundary: FULL } }],
    [
      'every level allows it and no control policy denies it',
      inOrganization({
        serviceControlPolicies: [[FULL], [NO_STS, FULL]],
        resourceControlPolicies: [document(deny({ Principal: '*', Action: 's3:*' }))],
      }),
    ],
    ['the endpoint has AWS’s own policy', { network: { vpcEndpoint: { id: 'vpce-1', vpc: 'vpc-1' } } }],
  ])('but not where %s', async (_, world) => {
    expect((await asUser(world)).status).toBe(200);
  });

  it('a session policy limits the next hop', async () => {
    const withPolicy = (Policy: string) =>
      inWorld({}, async (cloud) => {
        const first = await assume(cloud, LEGACY_DEPLOYER, FIRST, { Policy });
        return assume(cloud, keysOf(first), SECOND);
      });
    expect((await withPolicy(JSON.stringify(document(allow())))).status).toBe(200);
    expect(await withPolicy(JSON.stringify(NO_STS))).toMatchObject(
      denied(
        FIRST_SESSION,
        'sts:AssumeRole',
        SECOND,
        'because no session policy allows the sts:AssumeRole action',
      ),
    );
    expect(await withPolicy(JSON.stringify(document(allow(), deny())))).toMatchObject(
      denied(FIRST_SESSION, 'sts:AssumeRole', SECOND, 'with an explicit deny in a session policy'),
    );
  });

  it('a managed session policy of the account, too', async () => {
    const account = { managedPolicies: { narrow: NO_STS } };
    const arn = { 'PolicyArns.member.1.arn': `arn:aws:iam::${ACCOUNT}:policy/narrow` };
    const answer = await inWorld({ account }, async (cloud) => {
      const first = await assume(cloud, LEGACY_DEPLOYER, FIRST, arn);
      return assume(cloud, keysOf(first), SECOND);
    });
    expect(answer.message).toMatch('because no session policy allows the sts:AssumeRole action');
  });
});

describe('a token', () => {
  it('is not limited by service control policies: it is no principal of the account', async () => {
    const nothing = inOrganization({ serviceControlPolicies: [[NO_STS]] });
    expect((await byToken(nothing)).status).toBe(200);
  });

  // github.com/aws/lza-universal-configuration/issues/29: a token has no organization, and `IfExists` lets that pass.
  it('is refused by a resource control policy that asks for the organization of the caller', async () => {
    const guard = (operator: string) => {
      const condition = { [operator]: { 'aws:PrincipalOrgID': ORGANIZATION.id } };
      return inOrganization({
        resourceControlPolicies: [document(deny({ Principal: '*', Condition: condition }))],
      });
    };
    expect(await byToken(guard('StringNotEqualsIfExists'))).toMatchObject({
      status: 403,
      message:
        'Not authorized to perform sts:AssumeRoleWithWebIdentity with an explicit deny in a resource control policy',
    });
    expect((await asUser(guard('StringNotEqualsIfExists'))).status).toBe(200);
  });

  it('is refused by the policy of a VPC endpoint', async () => {
    const network = endpoint(document({ ...allow('sts:AssumeRole'), Principal: '*' }));
    expect((await byToken({ network })).message).toBe(
      'Not authorized to perform sts:AssumeRoleWithWebIdentity because no VPC endpoint policy allows the sts:AssumeRoleWithWebIdentity action',
    );
  });
});

describe('a wrong file is refused at the start', () => {
  it.each<[string, World, string]>([
    ['an organization without an id', { account: { organization: {} } }, 'organization.id must be text'],
    [
      'an organization of another form',
      { account: { organization: { id: 'o-1' } } },
      'must be like o-a1b2c3d4e5',
    ],
    [
      'control policies without an organization',
      { account: { serviceControlPolicies: [] } },
      'only an account of an organization',
    ],
    [
      'a resource control policy that allows',
      inOrganization({ resourceControlPolicies: [document({ ...allow(), Principal: '*' })] }),
      'a resource control policy only denies',
    ],
    [
      'a resource control policy for one account',
      inOrganization({ resourceControlPolicies: [document(deny({ Principal: { AWS: ACCOUNT } }))] }),
      'the Principal of a resource control policy is "*"',
    ],
    [
      'an address of another form',
      { network: { sourceIp: 'home' } },
      'network.sourceIp must be an IP address',
    ],
    [
      'a boundary with a principal',
      { caller: { permissionsBoundary: document(deny({ Principal: '*' })) } },
      'no Principal',
    ],
  ])('%s', async (_, world, message) => {
    await expect(asUser(world)).rejects.toThrow(message);
  });

  it('a placeholder is an error of the file, not a refusal', async () => {
    const permissions = [allow('sts:*', { Resource: `arn:aws:iam::\${ACCOUNT}:role/*` })];
    expect(await asUser({ caller: { permissions } })).toMatchObject({
      status: 500,
      message: 'The sandbox failed: a policy has a placeholder in it (identity)',
    });
  });
});
