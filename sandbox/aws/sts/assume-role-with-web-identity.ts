import { GITHUB_CLAIMS } from '../../../src/trust/oidc/claims.js';
import type { Circumstances, ConditionKeys } from '../access/condition-keys.js';
import type { StsState } from './assume-role.js';
import { authorizeFederated } from './federated.js';
import { sessionElements, sessionLifetimeSeconds } from './grant.js';
import { packedSizePercent } from './packed-size.js';
import { type Parameters, readWebIdentity } from './parameters.js';
import { readSessionPolicies } from './session-policies.js';
import { combineTags } from './session-tags.js';
import { readTokenSession } from './token-session.js';
import type { Sighting } from './trail-call.js';
import { type VerifiedToken, verifyWebToken } from './web-token.js';
import type { Elements } from './xml.js';

/** AssumeRoleWithWebIdentity, which nobody signs. Throws the StsError AWS would answer. */
export async function assumeRoleWithWebIdentity(
  state: StsState,
  raw: Parameters,
  circumstances: Circumstances,
  seen: Sighting,
): Promise<Elements> {
  const parameters = readWebIdentity(raw);
  const limit = readSessionPolicies(parameters, parameters.roleArn, state.directory);
  const accountId = parameters.roleArn.split(':')[4] ?? '';
  const providers = state.directory.accounts.get(accountId)?.providers ?? [];
  const token = await verifyWebToken(
    parameters.token,
    providers,
    state.now(),
    state.cognito,
    state.addressOf,
  );
  const { provider, audience, subject } = token;
  seen.identity = { kind: 'web-identity', providerArn: provider.arn, audience, subject };
  const fromToken = readTokenSession(token.claims);
  seen.session = fromToken;
  const tags = combineTags(fromToken.tags, fromToken.transitiveTagKeys, []);
  const role = authorizeFederated(state.directory.roles.get(parameters.roleArn), {
    action: 'sts:AssumeRoleWithWebIdentity',
    providerArn: token.provider.arn,
    session: fromToken,
    sessionName: parameters.sessionName,
    keys: tokenKeys(token),
    circumstances,
    claims: token.claims,
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
    issuedAt: state.now(),
    expiresAt: state.now() + seconds * 1000,
  });
  return {
    SubjectFromWebIdentityToken: token.subject,
    Audience: token.audience,
    Provider: token.provider.arn,
    ...sessionElements(session, packed),
  };
}

function tokenKeys({ provider, subject, audience, claims }: VerifiedToken): ConditionKeys {
  const evaluated = GITHUB_CLAIMS.map(
    (claim) => [`${provider.url}:${claim}`, asText(claims[claim])] as const,
  );
  return [
    [`${provider.url}:sub`, subject],
    [`${provider.url}:aud`, audience],
    [`${provider.url}:amr`, asTexts(claims.amr)],
    ...evaluated,
  ];
}

function asText(claim: unknown): string | undefined {
  return typeof claim === 'string' || typeof claim === 'number' ? String(claim) : undefined;
}

function asTexts(claim: unknown): readonly string[] | undefined {
  return Array.isArray(claim) ? claim.map(String) : undefined;
}
