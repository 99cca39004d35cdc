import { quote } from '../../../core/text.js';
import { isGithubIssuer } from '../../oidc/issuer.js';
import type { Diagnosis } from '../failure.js';

/** A token of GitHub's brings no tags, and nothing else in the call can. */
export const tokenTags: Diagnosis = ({ actual, prefix, claim }, { issuer }) => {
  const [, key] = /^aws:(RequestTag|PrincipalTag)\//i.exec(`${prefix}:${claim}`) ?? [];
  if (key === undefined || actual !== undefined || issuer === '' || !isGithubIssuer(issuer)) return undefined;
  const tag = claim.slice(claim.indexOf('/') + 1);
  return {
    id: 'token-tags',
    why: `A token from GitHub brings no tags, and AssumeRoleWithWebIdentity cannot send any, so no call with one has the tag ${quote(tag)}.`,
    fix: 'Use a condition on a claim instead, such as repository_id or environment. For tags, let a role that the token can assume assume this one, with sts:TagSession.',
  };
};
