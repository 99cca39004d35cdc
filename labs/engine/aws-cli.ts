import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type AwsClient, type LabFolder, type Outcome, REFUSAL, type Surroundings } from './client.js';
import { splitWords } from './command.js';

const TIMEOUT_MS = 60_000;

/** Since when the AWS CLI reads AWS_ENDPOINT_URL, which the calls that it makes by itself need. */
const READS_ENDPOINT: readonly (readonly [major: number, minor: number])[] = [
  [1, 29],
  [2, 13],
];

/** The AWS CLI of this machine; undefined where there is none. */
export async function findAwsCli(): Promise<{ readonly path: string; readonly version: string } | undefined> {
  // Packages before the search path: what is found there may be a shim that leads nowhere.
  for (const path of ['/usr/bin/aws', '/usr/local/bin/aws', 'aws']) {
    const { text } = await execute(path, ['--version'], process.env, '.');
    const version = /^aws-cli\/(\S+)/m.exec(text)?.[1];
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

/** Whether a version of the AWS CLI reads AWS_ENDPOINT_URL. */
export function readsEndpoint(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || READS_ENDPOINT.some(([one, from]) => major === one && minor >= from);
}

/** Runs commands in the AWS CLI, with a configuration of its own, so that nothing of the user's is read or changed. */
export function awsCli(path: string, version: string, folder: LabFolder): AwsClient {
  return {
    name: `the AWS CLI ${version}`,
    run: (command, { profile, environment }: Surroundings) => {
      const credentials = join(folder.path, 'aws-credentials');
      writeFileSync(credentials, credentialsFile(folder), { mode: 0o600 });
      const env = {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))),
        // The CLI keeps sessions of roles there, for its next start; another pod would not have them.
        HOME: mkdtempSync(join(folder.path, 'home-')),
        PYENV_ROOT: process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'),
        NO_PROXY: '127.0.0.1',
        no_proxy: '127.0.0.1',
        AWS_SHARED_CREDENTIALS_FILE: credentials,
        AWS_CONFIG_FILE: join(folder.path, 'aws-config'),
        AWS_DEFAULT_REGION: folder.region,
        AWS_ENDPOINT_URL: folder.endpoint,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PAGER: '',
        ...environment,
      };
      const own = profile === undefined ? [] : ['--profile', profile];
      const args = [...splitWords(command), ...own, '--endpoint-url', folder.endpoint];
      return execute(path, args, env, folder.path);
    },
  };
}

function credentialsFile({ profiles }: LabFolder): string {
  return [...profiles]
    .map(([name, { accessKeyId, secretAccessKey, sessionToken }]) => {
      const token = sessionToken === undefined ? '' : `aws_session_token = ${sessionToken}\n`;
      return `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n${token}`;
    })
    .join('\n');
}

function execute(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(path, [...args], { env, cwd, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      const text = (error === null ? stdout : `${stdout}${stderr}`).replace(/.*\r(?!\n)/g, '').trim();
      resolve({ isDone: error === null, text, code: REFUSAL.exec(text)?.[1] });
    });
  });
}
