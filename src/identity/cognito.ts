import { ActionError, invalidInputs } from '../core/errors.js';
import { oneLine, quoteUrl } from '../core/text.js';
import { USER_AGENT } from '../core/version.js';
import { endpointUrl, InputParseError } from '../inputs/parsers.js';
import type { HttpResponse } from '../platform/http.js';
import { adviseRetry } from '../platform/retry-advice.js';
import type { Environment } from '../platform/runner.js';
import { freshWebIdentity, textClaim, tokenSecrets } from './jwt.js';
import type { IdentitySource, SourceContext, SourceFacts } from './source.js';

/*
 * An Amazon Cognito identity pool exchanges GitHub's token for one of its own, with session tags that AWS mapped from
 * GitHub's verified claims (https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html, basic
 * flow). The two calls are unsigned JSON, made by hand: the SDK's client for them is 400 kB.
 */

/** What the pool's app client id is, unless `audience` says otherwise. */
const COGNITO_AUDIENCE = 'cognito-identity.amazonaws.com';

/** The variables that say where Cognito is, the stronger first. */
const ENDPOINT_VARIABLES = ['AWS_ENDPOINT_URL_COGNITO_IDENTITY', 'AWS_ENDPOINT_URL'] as const;

export const cognitoFacts = {
  name: 'cognito',
  kind: 'web-identity',
  // The pool's tokens have AWS's own issuer and audience, which no account registers.
  token: { isGithub: false, whenExpired: undefined, changeAudience: undefined },
  requestsGithubToken: true,
  isUser: false,
  requires: ['cognito-identity-pool-id', 'role-to-assume'],
  renewal: 'always',
  variables: ENDPOINT_VARIABLES,
  whyChosen: (inputs) =>
    inputs['cognito-identity-pool-id'] === undefined ? undefined : 'cognito-identity-pool-id is set',
  read({
    'cognito-identity-pool-id': poolId,
    audience = COGNITO_AUDIENCE,
    'translate-env-variables': usesVariables = true,
  }) {
    return poolId === undefined
      ? undefined
      : ({ source: 'cognito', poolId, audience, usesVariables } as const);
  },
} as const satisfies SourceFacts;

/**
 * GitHub's token, exchanged for the pool's.
 * @param github the source of GitHub's token, which has been accepted when it comes out of there
 * @param usesVariables AWS's endpoint variables may name another host (`translate-env-variables`)
 * @throws ActionError COGNITO_REFUSED, and those of GitHub's token and of Http.send
 */
export function cognitoToken(
  { runner, http, clock }: SourceContext,
  poolId: string,
  github: IdentitySource,
  usesVariables = true,
): IdentitySource {
  const url = selectEndpoint(poolId, usesVariables ? runner.env : {});
  const call = async (operation: string, parameters: object, field: string): Promise<string> => {
    const purpose = `Cognito ${operation}`;
    const response = await http.send({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityService.${operation}`,
        'user-agent': USER_AGENT,
      },
      body: JSON.stringify(parameters),
      purpose,
    });
    return readField(response, field, purpose, clock.now());
  };
  return {
    async obtain() {
      const obtaining = github.obtain();
      http.connectEarly(url);
      const identity = await obtaining;
      const issuer = identity.kind === 'web-identity' ? textClaim(identity.claims, 'iss') : undefined;
      if (identity.kind !== 'web-identity' || issuer === undefined) {
        throw new ActionError('ID_TOKEN_ANSWER_INVALID', "GitHub's token has no issuer (iss).", {
          hint: 'Something between this runner and GitHub may be answering instead: a proxy or a captive portal.',
        });
      }
      const logins = { [issuer.replace(/^https?:\/\//, '')]: identity.token };
      const identityId = await call('GetId', { IdentityPoolId: poolId, Logins: logins }, 'IdentityId');
      const token = await call('GetOpenIdToken', { IdentityId: identityId, Logins: logins }, 'Token');
      for (const secret of tokenSecrets(token)) runner.mask(secret);
      return { ...freshWebIdentity(token, clock.now()), origin: identity.claims };
    },
  };
}

/** AWS's endpoint variables go before the Region's own address, as for all of its tools. */
function selectEndpoint(poolId: string, env: Environment): URL {
  const isIgnored = env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true';
  const name = ENDPOINT_VARIABLES.find((variable) => !isIgnored && env[variable]);
  const region = poolId.replace(/:.*/, '');
  const regional = `https://cognito-identity.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`;
  const address = name === undefined ? regional : (env[name] ?? '');
  try {
    return endpointUrl(address);
  } catch (error) {
    // GitHub's token must not go elsewhere because of a typing error.
    if (!(error instanceof InputParseError)) throw error;
    throw invalidInputs([`The variable ${name}: got ${quoteUrl(address)}; allowed: ${error.allowed}.`]);
  }
}

function readField(
  { status, headers, body }: HttpResponse,
  field: string,
  purpose: string,
  now: number,
): string {
  const answer = parseObject(body);
  const value = answer?.[field];
  if (status === 200 && typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  const type = textIn(answer, '__type')
    .replace(/^.*#/, '')
    .replace(/Exception$/, '');
  const words = textIn(answer, 'message');
  const retry = adviseRetry(
    { status, awsCode: type, message: words, retryAfter: headers['retry-after'] },
    now,
  );
  const reason = [type || `HTTP ${status}`, ...(type && words ? [words] : [])].map((part) => oneLine(part));
  throw new ActionError('COGNITO_REFUSED', `${purpose} returned no ${field} (${reason.join(': ')}).`, {
    hint: "Check the identity pool: GitHub's OIDC provider must be among its identity providers and accept the token's audience, and the basic (classic) flow must be enabled.",
    ...(retry && { retry }),
  });
}

function textIn(answer: Record<string, unknown> | undefined, name: string): string {
  const value = answer?.[name];
  return typeof value === 'string' ? value : '';
}

function parseObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}
