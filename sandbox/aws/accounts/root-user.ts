import { parseIdentityStatements } from '../sts/policy.js';
import type { Account, Principal } from './accounts.js';

/** The account itself. No policy of its own limits it; those of its organization do. */
export function rootUser(account: Account): Principal {
  const all = parseIdentityStatements([{ Effect: 'Allow', Action: '*', Resource: '*' }], 'root');
  return {
    account,
    name: 'root',
    arn: `arn:${account.partition}:iam::${account.id}:root`,
    uniqueId: account.id,
    policies: new Map([[all.name, all]]),
    documents: new Map(),
    boundary: undefined,
    tags: new Map(),
    path: '/',
  };
}

/** Whether this is the account itself. */
export const isRoot = ({ arn }: Principal): boolean => arn.endsWith(':root');
