import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Run } from '../../sandbox/cloud.js';
import { type OwnOptions, type OwnSandbox, startOwnSandbox } from '../../sandbox/own-sandbox.js';
import { temporaryDirectory } from './files.js';
import { rsaKeys } from './rsa-keys.js';
import { type Answer, assumeWithToken, requestToken } from './sts-client.js';

const HOST = 'token.actions.githubusercontent.com';

/** A trust policy that lets in GitHub's tokens with a subject. */
export function trustPolicy(subject: string, account: unknown = '111122223333'): object {
  const provider = typeof account === 'string' ? `arn:aws:iam::${account}:oidc-provider/${HOST}` : account;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: subject } },
      },
    ],
  };
}

/** A new directory with these files; anything that is not text is written as JSON. */
export function directoryWith(files: Readonly<Record<string, unknown>>): string {
  const directory = temporaryDirectory();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(
      join(directory, path),
      typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    );
  }
  return directory;
}

const running: OwnSandbox[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

/** Starts a sandbox on files; it ends with the test. */
export async function ownSandbox(
  files: Readonly<Record<string, unknown>>,
  options: Partial<OwnOptions> = {},
): Promise<OwnSandbox> {
  const directory = directoryWith(files);
  const policies = options.policies ?? (options.roles ? [] : Object.keys(files));
  const started = await startOwnSandbox({
    keys: rsaKeys,
    roles: [],
    accounts: [],
    directory,
    ...options,
    policies,
  });
  running.push(started);
  return started;
}

/** A token of a run, and what it says. */
export async function tokenOf({ cloud }: OwnSandbox, run: Run = {}) {
  const token = await requestToken(cloud.environment({ legacySubject: true, ...run }));
  return { token, claims: decodeJwt(token), header: decodeProtectedHeader(token) };
}

/** Assumes a role with the token of a run. */
export async function assumeAs(sandbox: OwnSandbox, role: string, run: Run = {}): Promise<Answer> {
  return assumeWithToken(sandbox.cloud, role, (await tokenOf(sandbox, run)).token);
}
