import { quote } from '../../../core/text.js';
import { issuerKind, providerPath } from '../../oidc/issuer.js';
import type { Diagnosis } from '../failure.js';
import { isAwsKey } from './absent-key.js';

/** The key belongs to another issuer than the token. */
export const otherIssuer: Diagnosis = ({ prefix, outcome, claim }, { issuer }) => {
  const own = providerPath(issuer);
  const isOwn = prefix.toLowerCase() === own.toLowerCase();
  if (outcome !== 'absent' || isOwn || isAwsKey(prefix)) return undefined;
  return {
    id: 'other-issuer',
    why: `The key belongs to the issuer ${quote(prefix)}, but the token comes from ${quote(own)}${NOTES[issuerKind(own)]}. To AWS these are two different keys.`,
    fix: `Use the key ${quote(`${own}:${claim}`)}, and name the OIDC provider of the same name as the principal.`,
  };
};

const NOTES = {
  github: '',
  'github-enterprise': ' (the issuer of one enterprise, with its name at the end)',
  'ghe-com': ' (GHE.com has an issuer for each tenant)',
  ghes: ' (GitHub Enterprise Server issues its own tokens)',
  forgejo: '',
  other: '',
} as const;
