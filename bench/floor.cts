/*
 * The floor: the least a program can do that brings the same result. The same requests, the same three files, the same
 * masks, by hand, with nothing checked and nothing retried. With FLOOR_EARLY it is the limit: what it asks after
 * GitHub's token endpoint it connects to while that one is still busy. CommonJS, as the action's bundle is: in an ES
 * module, importing node:http makes Node load its fetch as well.
 */
import fs = require('node:fs');

const { env } = process;
const REGION = env['AWS_REGION'] ?? '';
const HOPS = Number(env['FLOOR_HOPS'] ?? 1);
const POOL = env['FLOOR_POOL'];
const TOKEN = `${env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=sts.amazonaws.com`;
const STS = env['AWS_ENDPOINT_URL_STS'] ?? '';
const COGNITO = env['AWS_ENDPOINT_URL_COGNITO_IDENTITY'] ?? '';

// Loaded like this, since loading TLS takes longer than all that is done without it.
const isTls = TOKEN.startsWith('https:');
const http = isTls ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http');
const agent = isTls && env['FLOOR_EARLY'] ? earlyAgent() : undefined;

/** An agent that has connected to what will be asked before anything is. */
function earlyAgent() {
  const { Agent } = process.getBuiltinModule('node:https');
  const tls = process.getBuiltinModule('node:tls');
  const connect = (address: string) => {
    const { hostname: host, port } = new URL(address);
    const servername = /^[\d.]+$/.test(host) ? '' : host;
    // noDelay as an agent's own connections have it: otherwise a body waits a round trip for its headers' receipt.
    const options = { host, port: Number(port || 443), servername, noDelay: true };
    return tls.connect(options);
  };
  const spare = new Map<string, ReturnType<typeof connect>>();
  class EarlyAgent extends Agent {
    override createConnection(
      ...[options, then]: Parameters<InstanceType<typeof Agent>['createConnection']>
    ) {
      const key = `${options.host}:${options.port}`;
      const early = spare.get(key);
      spare.delete(key);
      return early ?? super.createConnection(options, then);
    }
  }
  // After the token request's own connection, which must not wait for these.
  setImmediate(() => {
    for (const address of POOL === undefined ? [STS] : [STS, COGNITO]) {
      const { hostname, port } = new URL(address);
      spare.set(`${hostname}:${port || 443}`, connect(address));
    }
  });
  return new EarlyAgent({ keepAlive: true });
}

function ask(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string,
  then: (text: string) => void,
) {
  const request = http.request(url, { method, headers, ...(agent && { agent }) }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    // Not at once: only then may the next request have this one's connection.
    response.on('end', () => setImmediate(then, text));
  });
  request.end(body);
}

function append(variable: string, entries: Record<string, string>): void {
  const lines = Object.entries(entries).map(([name, value]) => `${name}<<floor\n${value}\nfloor\n`);
  fs.appendFileSync(env[variable] ?? '', lines.join(''));
}

/** The first role by the token, those behind it by a call that is not even signed. */
function assumeRole(proof: Record<string, string>, hop = 1): void {
  const form = new URLSearchParams({
    Action: hop === 1 ? 'AssumeRoleWithWebIdentity' : 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: env['INPUT_ROLE-TO-ASSUME'] ?? '',
    RoleSessionName: 'GitHubActions',
    DurationSeconds: '3600',
    ...proof,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  ask(STS, 'POST', headers, form.toString(), (xml) => {
    const field = (name: string): string => xml.split(`<${name}>`)[1]?.split('<')[0] ?? '';
    const keys = {
      AWS_ACCESS_KEY_ID: field('AccessKeyId'),
      AWS_SECRET_ACCESS_KEY: field('SecretAccessKey'),
      AWS_SESSION_TOKEN: field('SessionToken'),
    };
    for (const secret of Object.values(keys)) process.stdout.write(`::add-mask::${secret}\n`);
    if (hop < HOPS) return assumeRole({}, hop + 1);
    append('GITHUB_STATE', { undo: JSON.stringify(Object.keys(keys)) });
    const arn = field('Arn');
    append('GITHUB_OUTPUT', { 'aws-account-id': arn.split(':')[4] ?? '', 'authenticated-arn': arn });
    append('GITHUB_ENV', {
      ...keys,
      AWS_CREDENTIAL_EXPIRATION: field('Expiration'),
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
    });
    agent?.destroy();
  });
}

/** Exchanges GitHub's token for the pool's. */
function askPool(token: string, then: (token: string) => void): void {
  const call = (operation: string, parameters: object, then: (answer: Record<string, string>) => void) => {
    const target = `AWSCognitoIdentityService.${operation}`;
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    ask(COGNITO, 'POST', headers, JSON.stringify(parameters), (answer) => then(JSON.parse(answer)));
  };
  const Logins = { 'token.actions.githubusercontent.com': token };
  call('GetId', { IdentityPoolId: POOL, Logins }, ({ IdentityId }) =>
    call('GetOpenIdToken', { IdentityId, Logins }, ({ Token = '' }) => then(Token)),
  );
}

const bearer = { authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''}` };
ask(TOKEN, 'GET', bearer, '', (answer) => {
  const { value } = JSON.parse(answer) as { value: string };
  process.stdout.write(`::add-mask::${value}\n`);
  const proceed = (token: string) => assumeRole({ WebIdentityToken: token });
  if (POOL === undefined) proceed(value);
  else askPool(value, proceed);
});
