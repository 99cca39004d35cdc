import { generateKeyPairSync, sign } from 'node:crypto';
import type { Run } from '../../sandbox/cloud.js';
import { isObject } from '../../sandbox/core/json.js';
import { type Answer, type Keys, keysIn, signed, unsigned } from './call.js';
import { ACCOUNT, SERIAL, type Server } from './world.js';

type Parameters = Readonly<Record<string, string>>;

/** Asks a server one thing, and gives its answer to the last call. */
export type Ask = (server: Server) => Promise<Answer>;

const STS = { Version: '2011-06-15' };
const arn = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:role/${name}`;
const PARTNER_ROLE = arn('partner', '210987654321');
const TWENTY_MINUTES_MS = 20 * 60 * 1000;

/** What is asked, by its name in docs/sandbox.md: each call breaks one rule, or none to show that the others are kept. */
export const CASES: Readonly<Record<string, Ask>> = {
  'A token that the trust policy allows': (server) => withToken(server),
  'A token without a signature': (server) => withToken(server, {}, unsignedToken),
  'A token signed by a key that its issuer does not publish': (server) => withToken(server, {}, forged),
  'A token of an issuer that is not a provider': (server) =>
    withToken(server, { claims: { iss: 'https://issuer.example.com' } }),
  'A token for another audience': (server) => withToken(server, { claims: { aud: 'other' } }),
  'A token that has expired': (server) => withToken(server, { tokenLifetimeSeconds: -600 }),
  'A token with a subject that the trust policy does not name': (server) =>
    withToken(server, { ref: 'refs/heads/feature' }),
  'A role of a user that the trust policy names': (server) => assume(server, 'deploy'),
  'A call without a signature': ({ url }) => unsigned(url, assumeRole(arn('deploy'))),
  'A signature with the wrong secret': ({ url, ci }) =>
    signed(url, { ...ci, secretAccessKey: 'a'.repeat(40) }, assumeRole(arn('deploy'))),
  'A signature that is 20 minutes old': ({ url, ci }) =>
    signed(url, ci, assumeRole(arn('deploy')), { date: new Date(Date.now() - TWENTY_MINUTES_MS) }),
  'A user that the trust policy does not name': (server) => assume(server, 'closed'),
  'A role that does not exist': (server) => assume(server, 'missing'),
  'A role with both an Allow and a Deny': (server) => assume(server, 'denied'),
  'A role of another account, with a permission of the caller': ({ url, ci }) =>
    signed(url, ci, assumeRole(PARTNER_ROLE)),
  'A role of another account, without a permission of the caller': ({ url, bystander }) =>
    signed(url, bystander, assumeRole(PARTNER_ROLE)),
  'The right external ID': (server) => assume(server, 'vendor', { ExternalId: 'octo-org' }),
  'Another external ID': (server) => assume(server, 'vendor', { ExternalId: 'other' }),
  'A session longer than the role allows': (server) => assume(server, 'deploy', { DurationSeconds: '7200' }),
  'A session name with a space': (server) => assume(server, 'deploy', { RoleSessionName: 'a b' }),
  'A session name of 65 characters': (server) =>
    assume(server, 'deploy', { RoleSessionName: 'a'.repeat(65) }),
  'A session policy longer than 2,048 characters': (server) =>
    assume(server, 'deploy', { Policy: longPolicy() }),
  'Session tags without sts:TagSession': (server) => assume(server, 'deploy', TAG),
  'A session whose role the trust policy names': (server) => chain(server, {}, {}, 'next'),
  'A chained session of one hour': (server) => chain(server, { DurationSeconds: '3600' }),
  'A chained session of two hours': (server) => chain(server, { DurationSeconds: '7200' }),
  'A transitive tag sent again': (server) =>
    chain(server, TAG, { ...TAG, 'TransitiveTagKeys.member.1': 'Team' }),
  'Another source identity in a chain': (server) =>
    chain(server, { SourceIdentity: 'hubot' }, { SourceIdentity: 'octocat' }),
  'No MFA code where one is required': (server) => assume(server, 'mfa'),
  'An MFA code': (server) => assume(server, 'mfa', mfa(server)),
  'An MFA code used before': async (server) => {
    const code = mfa(server);
    await assume(server, 'mfa', code);
    return assume(server, 'mfa', code);
  },
  'An action that STS does not have': ({ url, ci }) =>
    signed(url, ci, { ...STS, Action: 'AssumeEverything' }),
};

const TAG = { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'platform' };

function assumeRole(RoleArn: string, more: Parameters = {}): Parameters {
  return { ...STS, Action: 'AssumeRole', RoleArn, RoleSessionName: 'session', ...more };
}

function assume({ url, ci }: Server, name: string, more: Parameters = {}): Promise<Answer> {
  return signed(url, ci, assumeRole(arn(name), more));
}

async function chain(
  server: Server,
  more: Parameters,
  before: Parameters = {},
  name = 'spoke',
): Promise<Answer> {
  const first = await assume(server, 'hub', before);
  // A server that refuses the first role has answered for the chain.
  if (first.status !== 200) return first;
  const hub: Keys = keysIn(first);
  return signed(server.url, hub, assumeRole(arn(name), more));
}

function mfa({ cloud }: Server): Parameters {
  return { SerialNumber: SERIAL, TokenCode: cloud.mfaCode(SERIAL) };
}

async function withToken(server: Server, run: Run = {}, bend = (token: string) => token): Promise<Answer> {
  const WebIdentityToken = bend(await requestToken(server, run));
  const Action = 'AssumeRoleWithWebIdentity';
  return unsigned(server.url, { ...assumeRole(arn('web')), Action, WebIdentityToken });
}

async function requestToken({ cloud }: Server, run: Run): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } =
    cloud.environment(run);
  const response = await fetch(`${url}&audience=sts.amazonaws.com`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  const body: unknown = await response.json();
  if (isObject(body) && typeof body['value'] === 'string') return body['value'];
  throw new Error(`the issuer gave no token: ${response.status}`);
}

function unsignedToken(token: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
  return `${header}.${token.split('.')[1]}.`;
}

/** The token with the same header and claims, signed by a key of our own. */
function forged(token: string): string {
  const signedPart = token.slice(0, token.lastIndexOf('.'));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `${signedPart}.${sign('sha256', Buffer.from(signedPart), privateKey).toString('base64url')}`;
}

function longPolicy(): string {
  const Resource = Array.from(
    { length: 60 },
    (_, index) => `arn:aws:s3:::octo-org-artifacts-bucket-${index}`,
  );
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource }],
  });
}
