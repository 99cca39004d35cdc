import type { Cloud } from '../../sandbox/cloud.js';
import { requestToken } from './sts-client.js';

/** The pools of sandbox/cloud.json. */
export const POOL = 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-111122223333';
export const ENHANCED_ONLY_POOL = 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-444455556666';

export interface CognitoAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One call to Cognito's JSON API, unsigned as a job makes it. */
export async function cognito(cloud: Cloud, operation: string, body: unknown): Promise<CognitoAnswer> {
  const response = await fetch(cloud.cognitoUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityService.${operation}`,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const parsed: unknown = await response.json();
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`No object: ${String(parsed)}`);
  return { status: response.status, type: response.headers.get('content-type'), body: { ...parsed } };
}

/** The `Logins` of a job: GitHub's token under the issuer's name. */
export async function loginsOf(
  cloud: Cloud,
  environment: Record<string, string>,
  audience = 'cognito-identity.amazonaws.com',
): Promise<Record<string, string>> {
  return { [cloud.issuer.replace('http://', '')]: await requestToken(environment, audience) };
}

/** Both calls of the basic flow, and the pool's token. Throws where one of them is refused. */
export async function poolToken(
  cloud: Cloud,
  environment: Record<string, string> = cloud.environment(),
): Promise<string> {
  const Logins = await loginsOf(cloud, environment);
  const { IdentityId } = (await cognito(cloud, 'GetId', { IdentityPoolId: POOL, Logins })).body;
  const answer = await cognito(cloud, 'GetOpenIdToken', { IdentityId, Logins });
  if (typeof answer.body.Token === 'string') return answer.body.Token;
  throw new Error(`No token: ${JSON.stringify(answer.body)}`);
}
