import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startCloud } from './cloud.js';
import type { Run } from './github/run.js';

const USAGE = `Starts the sandbox cloud and prints {"stsUrl","issuer","environment"} as one line of JSON.

  node build/sandbox/serve.js [options]

  --accounts PATH      another accounts file than sandbox/cloud.json
  --write-env PATH     also write a job's environment there, NAME=value lines
  --trail PATH         append CloudTrail's events there, as lines of JSON
  --repository NAME    the job's repository     (octo-org/octo-repo)
  --ref REF            the job's ref            (refs/heads/main)
  --event NAME         the job's event          (push)
  --environment NAME   the environment the job names
  --legacy-subject     tokens with the older subject
  --sts-port N         fixed ports instead of free ones
  --issuer-port N
  --cognito-port N
  --max-seconds N      stop by itself after this long (600)
  --ignore-stdin       do not stop when standard input ends, as it does at once for a background job
  --help

It stops on SIGTERM, on SIGINT, and when its standard input ends.`;

// Not --env-file: Node 20 takes that one for itself, even behind the script's name.
const OPTIONS = {
  accounts: { type: 'string' },
  'write-env': { type: 'string' },
  trail: { type: 'string' },
  repository: { type: 'string' },
  ref: { type: 'string' },
  event: { type: 'string' },
  environment: { type: 'string' },
  'legacy-subject': { type: 'boolean' },
  'sts-port': { type: 'string' },
  'issuer-port': { type: 'string' },
  'cognito-port': { type: 'string' },
  'max-seconds': { type: 'string' },
  'ignore-stdin': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help === true) {
    console.log(USAGE);
    return;
  }
  const maxSeconds = whole(values['max-seconds'] ?? '600', '--max-seconds');
  const cloud = await startCloud({
    ...(values.accounts === undefined ? {} : { accounts: values.accounts }),
    ...(values.trail === undefined ? {} : { trailFile: values.trail }),
    stsPort: whole(values['sts-port'] ?? '0', '--sts-port'),
    issuerPort: whole(values['issuer-port'] ?? '0', '--issuer-port'),
    cognitoPort: whole(values['cognito-port'] ?? '0', '--cognito-port'),
  });
  const environment = cloud.environment(runOf(values));
  const environmentFile = values['write-env'];
  if (environmentFile !== undefined) {
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(environmentFile, lines.join(''), { mode: 0o600 });
  }
  console.log(JSON.stringify({ stsUrl: cloud.stsUrl, issuer: cloud.issuer, environment }));
  await stopSignal(maxSeconds, values['ignore-stdin'] !== true);
  await cloud.close();
  // Standard input may be a terminal or an open pipe, which would keep the process alive.
  process.stdin.destroy();
}

function runOf(values: {
  readonly repository?: string | undefined;
  readonly ref?: string | undefined;
  readonly event?: string | undefined;
  readonly environment?: string | undefined;
  readonly 'legacy-subject'?: boolean | undefined;
}): Run {
  const { repository, ref, event, environment } = values;
  return {
    ...(repository === undefined ? {} : { repository }),
    ...(ref === undefined ? {} : { ref }),
    ...(event === undefined ? {} : { event }),
    ...(environment === undefined ? {} : { environment }),
    legacySubject: values['legacy-subject'] ?? false,
  };
}

function whole(text: string, option: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} takes a whole number, not "${text}"`);
  return Number(text);
}

function stopSignal(maxSeconds: number, withStdin: boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(stop, maxSeconds * 1000);
    function stop(): void {
      clearTimeout(timer);
      resolve();
    }
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    if (withStdin) process.stdin.once('end', stop).once('error', stop).resume();
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
