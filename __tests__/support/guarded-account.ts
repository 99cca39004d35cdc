import type { AccountsFile, Cloud } from '../../sandbox/cloud.js';
import { startCloud } from './cloud.js';
import {
  type Answer,
  assumeWithToken,
  type Keys,
  LEGACY_DEPLOYER,
  requestToken,
  signed,
} from './sts-client.js';

export const ACCOUNT = '111122223333';
export const USER = `arn:aws:iam::${ACCOUNT}:user/deployer`;
export const FIRST = `arn:aws:iam::${ACCOUNT}:role/first`;
export const SECOND = `arn:aws:iam::${ACCOUNT}:role/second`;
export const BY_TOKEN = `arn:aws:iam::${ACCOUNT}:role/by-token`;
export const FIRST_SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/first/session`;
export const ORGANIZATION = { id: 'o-a1b2c3d4e5', path: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/' };

export const document = (...statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements,
});
export const allow = (action = 'sts:*', more: object = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: '*',
  ...more,
});
export const deny = (more: object = {}) => ({ ...allow('sts:*', more), Effect: 'Deny' });
export const FULL = document(allow('*'));
export const NO_STS = document(allow('s3:*'));

/** An account with a user, who may assume the first role, and from it the second one. */
export interface World {
  /** Of the account. */
  readonly account?: object;
  /** Of the user and of the first role. */
  readonly caller?: object;
  readonly network?: object;
  /** Of the second role's trust. */
  readonly condition?: object;
}

export function accountsFile({
  account = {},
  caller = {},
  network = {},
  condition = {},
}: World): AccountsFile {
  const trust = (Principal: object, Action: string, Condition: object = {}) =>
    document({ Effect: 'Allow', Principal, Action, Condition });
  const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/ISSUER`;
  const accessKeys = { [LEGACY_DEPLOYER.accessKeyId]: LEGACY_DEPLOYER.secretAccessKey };
  return {
    network,
    accounts: {
      [ACCOUNT]: {
        ...account,
        providers: [{ url: 'https://ISSUER', clientIds: ['sts.amazonaws.com'] }],
        users: { deployer: { accessKeys, permissions: [allow()], ...caller } },
        roles: {
          first: { trust: trust({ AWS: USER }, 'sts:*'), permissions: [allow()], ...caller },
          // The account is trusted, not the caller: identity policies, boundary and session policies always count.
          second: { trust: trust({ AWS: ACCOUNT }, 'sts:*', condition) },
          'by-token': {
            trust: trust({ Federated: provider }, 'sts:AssumeRoleWithWebIdentity', {
              StringEquals: { 'ISSUER:aud': 'sts.amazonaws.com' },
            }),
          },
        },
      },
    },
  };
}

export async function inWorld<T>(world: World, use: (cloud: Cloud) => Promise<T>): Promise<T> {
  const cloud = await startCloud({ accounts: accountsFile(world) });
  try {
    return await use(cloud);
  } finally {
    await cloud.close();
  }
}

export const assume = (cloud: Cloud, keys: Keys, RoleArn: string, more: Record<string, string> = {}) =>
  signed(cloud, keys, { Action: 'AssumeRole', RoleArn, RoleSessionName: 'session', ...more });

export const asUser = (world: World): Promise<Answer> =>
  inWorld(world, (cloud) => assume(cloud, LEGACY_DEPLOYER, SECOND));

export const byToken = (world: World): Promise<Answer> =>
  inWorld(world, async (cloud) => assumeWithToken(cloud, BY_TOKEN, await requestToken(cloud.environment())));

export function endpoint(policy?: object) {
  const vpcEndpoint = { id: 'vpce-1', vpc: 'vpc-1', ...(policy === undefined ? {} : { policy }) };
  return { sourceIp: '10.0.0.7', vpcEndpoint };
}

/** A world whose account is in an organization. */
export const inOrganization = (more: object) => ({ account: { organization: ORGANIZATION, ...more } });
