import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AccountsFile, type CloudOptions, startCloud } from '../../sandbox/cloud.js';
import { Bench, ClaimFailed } from './bench.js';
import type { AwsClient, Keys, LabFolder } from './client.js';
import type { Recorded } from './record.js';
import type { Transcript } from './transcript.js';

/** An exercise. */
export interface Lab {
  /** Two digits. */
  readonly number: string;
  /** The name of its folder after the number. */
  readonly name: string;
  readonly title: string;
  /** The accounts at the start; one with an administrator unless said. */
  readonly accounts?: AccountsFile;
  /** The keys of the profiles at the start, by their names. */
  readonly profiles?: Readonly<Record<string, Keys>>;
  /** Whether AWS's tools assume roles by themselves, where only AWS_ENDPOINT_URL tells them the sandbox's address. */
  readonly needsEndpointVariable?: boolean;
  run(bench: Bench): Promise<void>;
}

/** How to run a lab. */
export interface LabRun {
  readonly transcript: Transcript;
  /** Makes what runs the commands. */
  readonly client: (folder: LabFolder) => AwsClient;
  readonly cloud?: Pick<CloudOptions, 'keys'>;
  /** Called at the end, before the sandbox and the files go. */
  readonly atEnd?: (folder: LabFolder) => Promise<void>;
}

/** How a lab went. */
export interface LabResult {
  readonly isGood: boolean;
  readonly records: readonly Recorded[];
}

/** AWS's documentation keys, which belong to the administrators. */
export const ADMIN_KEYS: Keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
export const SECOND_ADMIN_KEYS: Keys = {
  accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
  secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
};

/** The names of the issuers that the sandbox's own stand for. */
export const GITHUB_ISSUER = 'token.actions.githubusercontent.com';
export const CLUSTER_ISSUER = 'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE';

/** Of certificates that IAM no longer needs for these issuers; the AWS CLI 1 demands the option all the same. */
export const GITHUB_THUMBPRINT = '6938fd4d98bab03faadb97b34396831e3780aea1';
export const CLUSTER_THUMBPRINT = '9e99a48a9960b14926bb7f3b02e22da2b0ab7280';

const REGION = 'eu-central-1';

/** An account with an administrator who has these keys. */
export function accountOf({ accessKeyId, secretAccessKey }: Keys): AccountsFile['accounts'][string] {
  const permissions = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  return { users: { admin: { accessKeys: { [accessKeyId]: secretAccessKey }, permissions } } };
}

/** Runs a lab on a sandbox of its own, in a folder of its own. */
export async function runLab(lab: Lab, run: LabRun): Promise<LabResult> {
  const { transcript } = run;
  let ahead = 0;
  const cloud = await startCloud({
    accounts: lab.accounts ?? { accounts: { '111122223333': accountOf(ADMIN_KEYS) } },
    now: () => Date.now() + ahead,
    ...run.cloud,
  });
  const path = mkdtempSync(join(tmpdir(), `lab-${lab.number}-`));
  // Also when someone interrupts the lab.
  const removeFolder = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const profiles = new Map(Object.entries(lab.profiles ?? { admin: ADMIN_KEYS }));
  const folder = { path, endpoint: cloud.awsUrl, region: REGION, profiles };
  const client = run.client(folder);
  const issuer = cloud.issuer.replace('http://', '');
  const bench = new Bench({
    cloud,
    client,
    folder,
    transcript,
    now: () => Date.now() + ahead,
    advance: (seconds) => {
      ahead += seconds * 1000;
    },
    aliases: new Map([
      [GITHUB_ISSUER, issuer],
      [CLUSTER_ISSUER, `${issuer}/cluster`],
    ]),
  });
  try {
    transcript.title(`${lab.number} ${lab.title}`);
    transcript.note(`With ${client.name}. Each command also has --endpoint-url ${cloud.awsUrl}`);
    const isGood = await lab.run(bench).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof ClaimFailed)) throw error;
        return false;
      },
    );
    await run.atEnd?.(folder);
    return { isGood, records: bench.records };
  } finally {
    await cloud.close();
    process.off('exit', removeFolder);
    removeFolder();
  }
}
