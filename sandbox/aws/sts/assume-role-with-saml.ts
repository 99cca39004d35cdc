import { createHash } from 'node:crypto';
import type { SamlProvider } from '../accounts/federation.js';
import { type SamlAssertion, verifySamlResponse } from '../saml/verify.js';
import type { StsState } from './assume-role.js';
import { Context } from './conditions.js';
import { federatedDenied, invalidIdentityToken } from './errors.js';
import { authorizeFederated, federatedKeys } from './federated.js';
import { sessionElements, sessionLifetimeSeconds } from './grant.js';
import { packedSizePercent } from './packed-size.js';
import { type Parameters, readSaml } from './parameters.js';
import { readSessionPolicies } from './session-policies.js';
import { combineTags } from './session-tags.js';
import type { Elements } from './xml.js';

/** AssumeRoleWithSAML, which nobody signs. Throws the StsError AWS would answer. */
export async function assumeRoleWithSaml(state: StsState, raw: Parameters): Promise<Elements> {
  const parameters = readSaml(raw);
  const limit = readSessionPolicies(parameters, parameters.roleArn);
  const accountId = parameters.principalArn.split(':')[4] ?? '';
  const providers = state.directory.accounts.get(accountId)?.samlProviders ?? [];
  const provider = providers.find(({ arn }) => arn === parameters.principalArn);
  if (provider === undefined) throw invalidIdentityToken("Specified provider doesn't exist");
  const assertion = verifySamlResponse(parameters.assertion, provider, await state.samlKey(), state.now());
  if (!assertion.roles.some(([role, by]) => role === parameters.roleArn && by === provider.arn)) {
    throw federatedDenied('sts:AssumeRoleWithSAML');
  }
  const { session, sessionName } = assertion;
  const tags = combineTags(session.tags, session.transitiveTagKeys, []);
  const role = authorizeFederated(state.directory.roles.get(parameters.roleArn), {
    action: 'sts:AssumeRoleWithSAML',
    providerArn: provider.arn,
    session,
    context: contextOf(assertion, provider),
  });
  const seconds = sessionLifetimeSeconds(role, parameters.durationSeconds, false);
  const packed = packedSizePercent({ ...parameters, tags });
  const issued = state.sessions.issue({
    role,
    name: sessionName,
    tags,
    sourceIdentity: session.sourceIdentity,
    limit,
    federatedProvider: provider.arn,
    // The API's page: whichever of DurationSeconds and SessionNotOnOrAfter is shorter.
    expiresAt: Math.min(state.now() + seconds * 1000, assertion.sessionEndsAt ?? Number.POSITIVE_INFINITY),
  });
  return {
    Issuer: assertion.issuer,
    Subject: assertion.subject,
    SubjectType: assertion.subjectType,
    Audience: assertion.recipient,
    NameQualifier: nameQualifier(assertion, provider),
    ...sessionElements(issued, packed),
  };
}

// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
// `saml:aud` is the assertion's Recipient, not its Audience.
function contextOf(assertion: SamlAssertion, provider: SamlProvider): Context {
  return new Context([
    ['saml:aud', assertion.recipient],
    ['saml:iss', assertion.issuer],
    ['saml:sub', assertion.subject],
    ['saml:sub_type', assertion.subjectType],
    ['saml:namequalifier', nameQualifier(assertion, provider)],
    ['saml:doc', `${provider.accountId}/${provider.name}`],
    ...federatedKeys(provider.arn, assertion.sessionName, assertion.session),
  ]);
}

// docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html, "NameQualifier".
function nameQualifier({ issuer }: SamlAssertion, { accountId, name }: SamlProvider): string {
  return createHash('sha1').update(`${issuer}${accountId}/${name}`).digest('base64');
}
