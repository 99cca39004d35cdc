import { asciiJson } from '../../trust/explain/suggest.js';
import { providerPath } from '../../trust/oidc/issuer.js';
import type { Format } from './format.js';
import { policyDocument } from './policy.js';

/** Stands for an account that is not given. */
export const ACCOUNT_PLACEHOLDER = 'ACCOUNT_ID';

/** The policy alone, as the AWS CLI and IAM's console take it. */
export const json: Format = {
  takes: ['account'],
  isUnescaped: false,
  write: (suggested, { account = ACCOUNT_PLACEHOLDER }) => {
    const provider = `arn:aws:iam::${account}:oidc-provider/${providerPath(suggested.home.issuer)}`;
    return asciiJson(policyDocument(suggested, provider));
  },
};
