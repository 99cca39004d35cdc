/*
 * The floor: the least a program can do that brings the same result. The same two requests, the same three files,
 * the same masks, by hand, with nothing checked and nothing retried. CommonJS, as the action's bundle is: in an ES
 * module, importing node:http makes Node load its fetch as well.
 */
import fs = require('node:fs');
import http = require('node:http');

const { env } = process;
const REGION = env['AWS_REGION'] ?? '';
const HOPS = Number(env['FLOOR_HOPS'] ?? 1);

function ask(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string,
  then: (text: string) => void,
) {
  const request = http.request(url, { method, headers }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('end', () => then(text));
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
  ask(env['AWS_ENDPOINT_URL_STS'] ?? '', 'POST', headers, form.toString(), (xml) => {
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
  });
}

const bearer = { authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''}` };
ask(`${env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=sts.amazonaws.com`, 'GET', bearer, '', (answer) => {
  const { value } = JSON.parse(answer) as { value: string };
  process.stdout.write(`::add-mask::${value}\n`);
  assumeRole({ WebIdentityToken: value });
});
