import { coversAction } from '../evaluate/actions.js';
import type { Statement } from '../language/policy.js';
import { isGithubIssuer, issuerOfProvider } from '../oidc/issuer.js';

/** What a token can do with a role. */
export const WEB_IDENTITY = 'sts:AssumeRoleWithWebIdentity';

/** What a token's call may need beside it, often in a statement of its own. */
const COMPANIONS = ['sts:TagSession', 'sts:SetSourceIdentity'];

/** Whether a statement only lets a session be tagged or named that another statement lets in. */
export function isCompanion(statement: Statement): boolean {
  const covers = (action: string): boolean => coversAction(statement, action);
  return COMPANIONS.some(covers) && ![WEB_IDENTITY, 'sts:AssumeRole', 'sts:AssumeRoleWithSAML'].some(covers);
}

/** The issuers whose OIDC providers a statement trusts, by their names in IAM. */
export function issuersOf({ principals, notPrincipal }: Statement): readonly string[] {
  if (notPrincipal) return [];
  return principals.flatMap(({ type, text }) => (type === 'Federated' ? (issuerOfProvider(text) ?? []) : []));
}

/** Whether a statement lets tokens of GitHub's in. */
export function trustsGithub(statement: Statement): boolean {
  return statement.effect === 'Allow' && issuersOf(statement).some(isGithubIssuer);
}
