import { createHash } from 'node:crypto';
import type { Circumstances, ConditionKeys } from '../access/condition-keys.js';
import type { SamlProvider } from '../accounts/federation.js';
import type { SamlAssertion } from '../saml/verify.js';
import type { StsState } from './assume-role.js';
import { federatedDenied, invalidIdentityToken } from './errors.js';
import { authorizeFederated } from './federated.js';
import { sessionElements, sessionLifetimeSeconds } from './grant.js';
import { packedSizePercent } from './packed-size.js';
import { type Parameters, readSaml } from './parameters.js';
import { readSessionPolicies } from './session-policies.js';
import { combineTags } from './session-tags.js';
import type { Sighting } from './trail-call.js';
import type { Elements } from './xml.js';

/** AssumeRoleWithSAML, which nobody signs. Throws the StsError AWS would answer. */
export async function assumeRoleWithSaml(
  state: StsState,
  raw: Parameters,
  circumstances: Circumstances,
  seen: Sighting,
): Promise<Elements> {
  const parameters = readSaml(raw);
  const limit = readSessionPolicies(parameters, parameters.roleArn, state.directory);
  const accountId = parameters.principalArn.split(':')[4] ?? '';
  const providers = state.directory.accounts.get(accountId)?.samlProviders ?? [];
  const provider = providers.find(({ arn }) => arn === parameters.principalArn);
  if (provider === undefined) throw invalidIdentityToken("Specified provider doesn't exist");
  const { verifySamlResponse } = await import('../saml/verify.js');
  const assertion = verifySamlResponse(parameters.assertion, provider, await state.samlKey(), state.now());
  const { session, sessionName, subject } = assertion;
  seen.identity = { kind: 'saml', nameQualifier: nameQualifier(assertion, provider), subject };
  seen.session = { ...session, sessionName };
  if (!assertion.roles.some(([role, by]) => role === parameters.roleArn && by === provider.arn)) {
    throw federatedDenied('sts:AssumeRoleWithSAML');
  }
  const tags = combineTags(session.tags, session.transitiveTagKeys, []);
  const role = authorizeFederated(state.directory.roles.get(parameters.roleArn), {
    action: 'sts:AssumeRoleWithSAML',
    providerArn: provider.arn,
    session,
    sessionName,
    keys: assertionKeys(assertion, provider),
    circumstances,
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
    issuedAt: state.now(),
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
function assertionKeys(assertion: SamlAssertion, provider: SamlProvider): ConditionKeys {
  return [
    ['saml:aud', assertion.recipient],
    ['saml:iss', assertion.issuer],
    ['saml:sub', assertion.subject],
    ['saml:sub_type', assertion.subjectType],
    ['saml:namequalifier', nameQualifier(assertion, provider)],
    ['saml:doc', `${provider.accountId}/${provider.name}`],
  ];
}

// docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html, "NameQualifier".
function nameQualifier({ issuer }: SamlAssertion, { accountId, name }: SamlProvider): string {
  return createHash('sha1').update(`${issuer}${accountId}/${name}`).digest('base64');
}
