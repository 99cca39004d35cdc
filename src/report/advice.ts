import type { ActionError, RefusedCall } from '../core/errors.js';
import { formatList, oneLine, quote } from '../core/text.js';
import { readRefusal } from '../trust/authorize/words.js';
import type { CallContext } from './call-context.js';
import { policyAdvice } from './policy-advice.js';

/** What to do about a call that STS refused: one paragraph, with the input to change or the command to run. */
export function adviceFor(error: ActionError, context: CallContext, refused: RefusedCall): string {
  const { hint = '', code, message } = error;
  switch (code) {
    case 'ACCESS_DENIED':
      if (FEDERATED_USER.test(message)) return NO_ROLES_FOR_FEDERATED;
      return saidAdvice(message, refused) ?? deniedAdvice(context);
    case 'SESSION_TOO_LARGE':
      return `${hint} The largest parts are ${formatList(context.largest)}.`.trim();
    case 'TOKEN_REJECTED':
      return rejectedAdvice(message, context) ?? hint;
    case 'TOKEN_EXPIRED':
      return context.token?.whenExpired ?? hint;
    case 'REQUEST_INVALID':
      return durationAdvice(message, context) ?? hint;
    default:
      return hint;
  }
}

const FEDERATED_USER = /\bUser: arn:[\w-]+:sts::\d{12}:federated-user\//;
const NO_ROLES_FOR_FEDERATED =
  "These are the credentials of a federated user (GetFederationToken), to whom AWS allows no call of STS's but GetCallerIdentity. Assume the role with the access keys themselves.";

/** AWS names the kind of policy within an account or an organization; undefined where it does not. */
function saidAdvice(
  message: string,
  { action: main, otherActions, roleArn, callerArn, claims }: RefusedCall,
): string | undefined {
  const said = readRefusal(message);
  if (said === undefined) return undefined;
  const action = /\bauthorized to perform:? ([\w-]+:\w+)/.exec(message)?.[1] ?? main;
  const actions = [main, ...otherActions];
  const advice = policyAdvice({
    ...said,
    action,
    actions,
    roleArn,
    callerArn,
    isToken: claims !== undefined,
  });
  const named = said.policyArn === undefined ? '' : ` The policy is ${oneLine(said.policyArn)}.`;
  return `AWS names the reason. ${advice}${named}`;
}

function deniedAdvice(context: CallContext): string {
  switch (context.caller.kind) {
    case 'web-identity':
      return "STS does not say why. Either the role does not exist, or its trust policy does not allow this token. Compare the policy's conditions with the claims below.";
    case 'saml':
      return "STS does not say why. The role's trust policy must allow sts:AssumeRoleWithSAML for this SAML provider, and the assertion must name this pair of role and provider.";
    case 'aws':
      return bothSides(context);
  }
}

/** Assuming a role needs permission on both sides; STS does not say whose is missing. */
function bothSides({ roleArn, extras }: CallContext): string {
  const tags = [
    ...(extras.tags > 0 ? [`the call sends ${extras.tags} tag${extras.tags === 1 ? '' : 's'}`] : []),
    ...(extras.inheritedTags > 0 ? [`the session inherits ${extras.inheritedTags}`] : []),
  ];
  const actions = [
    'sts:AssumeRole',
    ...(tags.length > 0 ? [`sts:TagSession (${formatList(tags)})`] : []),
    ...(extras.sourceIdentity ? ['sts:SetSourceIdentity'] : []),
  ];
  const sent = [
    extras.externalId ? 'an external ID' : 'no external ID',
    extras.mfa ? 'an MFA code' : 'no MFA code',
  ];
  return `Both sides must allow the call: the caller's own policy must allow ${formatList(actions)} on ${oneLine(roleArn)}, and the role's trust policy must allow the same to this caller. The call had ${formatList(sent)}.`;
}

const NO_PROVIDER = /No OpenIDConnect provider found/i;
const WRONG_AUDIENCE = /audience/i;

/** What the account's OIDC provider lacks; undefined where STS names neither provider nor audience. */
function rejectedAdvice(message: string, context: CallContext): string | undefined {
  const { caller, roleArn, token } = context;
  const { iss: issuer, aud } = (caller.kind === 'web-identity' ? caller.claims : undefined) ?? {};
  if (typeof issuer !== 'string' || token?.changeAudience === undefined) return undefined;
  const audience = typeof aud === 'string' ? aud : undefined;
  const [, partition, , , accountId] = roleArn.split(':');
  if (NO_PROVIDER.test(message)) {
    return `Create the provider in account ${accountId}: \`aws iam create-open-id-connect-provider --url ${argument(issuer, 'ISSUER')} --client-id-list ${argument(audience, 'AUDIENCE')}\`. If the account is the wrong one, correct role-to-assume.`;
  }
  if (!WRONG_AUDIENCE.test(message)) return undefined;
  const provider = `arn:${partition}:iam::${accountId}:oidc-provider/${issuer.replace(/^https?:\/\//, '')}`;
  return `The token's audience${audience === undefined ? '' : ` ${quote(audience, 120)}`} is not among the client IDs of the OIDC provider in account ${accountId}. ${token.changeAudience(audience, USUAL_AUDIENCE)}, or add the audience to the provider: \`aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${argument(provider, 'PROVIDER')} --client-id ${argument(audience, 'AUDIENCE')}\`.`;
}

const USUAL_AUDIENCE = 'sts.amazonaws.com';

/** A claim as an argument that can be pasted into a shell; `placeholder` where it cannot. */
function argument(text: string | undefined, placeholder: string): string {
  return text !== undefined && /^[\w.:/@+-]+$/.test(text) && !text.startsWith('-') ? text : placeholder;
}

const OVER_ROLE_MAXIMUM = /exceeds the MaxSessionDuration/i;
const OVER_CHAIN_MAXIMUM = /1 hour session limit/i;

function durationAdvice(message: string, { roleArn, duration }: CallContext): string | undefined {
  const { input, seconds } = duration;
  if (OVER_CHAIN_MAXIMUM.test(message)) {
    return `${input} asks for ${seconds} seconds. AWS limits the session of a role that is assumed with another session's credentials to 3600: ask for at most that.`;
  }
  if (!OVER_ROLE_MAXIMUM.test(message)) return undefined;
  const name = argument(roleArn.split('/').at(-1), 'ROLE');
  return `${input} asks for ${seconds} seconds, more than the role's maximum session duration (MaxSessionDuration, 3600 unless it was changed). Ask for less, or raise the maximum: \`aws iam update-role --role-name ${name} --max-session-duration ${seconds}\`.`;
}
