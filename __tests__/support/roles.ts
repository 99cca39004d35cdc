/** The sandbox's roles and users (sandbox/cloud.json) that the tests use. */
export const DEPLOY = 'arn:aws:iam::111122223333:role/production-deploy';
export const LONG = 'arn:aws:iam::111122223333:role/long-session';
export const BY_KEYS = 'arn:aws:iam::111122223333:role/access-key-deploy';
export const STAGING = 'arn:aws:iam::444455556666:role/staging-deploy';

/** AWS's documentation examples, which the sandbox gives to users. */
export const DEPLOYER_KEYS = {
  'aws-access-key-id': 'AKIAIOSFODNN7EXAMPLE',
  'aws-secret-access-key': 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
export const DEPLOYER_VARIABLES = {
  AWS_ACCESS_KEY_ID: DEPLOYER_KEYS['aws-access-key-id'],
  AWS_SECRET_ACCESS_KEY: DEPLOYER_KEYS['aws-secret-access-key'],
};
export const BYSTANDER_VARIABLES = {
  AWS_ACCESS_KEY_ID: 'AKIAI44QH8DHBEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
};
