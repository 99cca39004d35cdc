import { GITHUB_CLAIMS } from '../../../src/trust/oidc/claims.js';
import type { StsState } from './assume-role.js';
import { Context } from './conditions.js';
import { authorizeFederated, federatedKeys } from './federated.js';
import { sessionElements, sessionLifetimeSeconds } from './grant.js';
import { packedSizePercent } from './packed-size.js';
import { type Parameters, readWebIdentity } from './parameters.js';
import { readSessionPolicies } from './session-policies.js';
import { combineTags } from './session-tags.js';
import { readTokenSession, type TokenSession } from './token-session.js';
import { type VerifiedToken, verifyWebToken } from './web-token.js';
import type { Elements } from './xml.js';

/** AssumeRoleWithWebIdentity, which nobody signs. Throws the StsError AWS would answer. */
export async function assumeRoleWithWebIdentity(state: StsState, raw: Parameters): Promise<Elements> {
  const parameters = readWebIdentity(raw);
  const limit = readSessionPolicies(parameters, parameters.roleArn);
  const accountId = parameters.roleArn.split(':')[4] ?? '';
  const providers = state.directory.accounts.get(accountId)?.providers ?? [];
  const token = await verifyWebToken(parameters.token, providers, state.now(), state.cognito);
  const fromToken = readTokenSession(token.claims);
  const tags = combineTags(fromToken.tags, fromToken.transitiveTagKeys, []);
  const context = contextOf(token, parameters.sessionName, fromToken);
  const role = authorizeFederated(state.directory.roles.get(parameters.roleArn), {
    action: 'sts:AssumeRoleWithWebIdentity',
    providerArn: token.provider.arn,
    session: fromToken,
    context,
  });
  const seconds = sessionLifetimeSeconds(role, parameters.durationSeconds, false);
  const packed = packedSizePercent({ ...parameters, tags });
  const session = state.sessions.issue({
    role,
    name: parameters.sessionName,
    tags,
    sourceIdentity: fromToken.sourceIdentity,
    limit,
    federatedProvider: token.provider.arn,
    expiresAt: state.now() + seconds * 1000,
  });
  return {
    SubjectFromWebIdentityToken: token.subject,
    Audience: token.audience,
    Provider: token.provider.arn,
    ...sessionElements(session, packed),
  };
}

function contextOf(
  { provider, subject, audience, claims }: VerifiedToken,
  name: string,
  own: TokenSession,
): Context {
  const evaluated = GITHUB_CLAIMS.map(
    (claim) => [`${provider.url}:${claim}`, asText(claims[claim])] as const,
  );
  return new Context([
    [`${provider.url}:sub`, subject],
    [`${provider.url}:aud`, audience],
    [`${provider.url}:amr`, asTexts(claims.amr)],
    ...evaluated,
    ...federatedKeys(provider.arn, name, own),
  ]);
}

function asText(claim: unknown): string | undefined {
  return typeof claim === 'string' || typeof claim === 'number' ? String(claim) : undefined;
}

function asTexts(claim: unknown): readonly string[] | undefined {
  return Array.isArray(claim) ? claim.map(String) : undefined;
}
