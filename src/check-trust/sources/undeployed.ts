/** What stands for facts that only a deployment has. An account of zeros is nobody's. */
export const UNDEPLOYED = {
  accountId: '000000000000',
  partition: 'aws',
  region: 'us-east-1',
  urlSuffix: 'amazonaws.com',
} as const;
