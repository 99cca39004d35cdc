import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AccountsFile, startCloud } from '../../sandbox/cloud.js';
import { Job } from '../../sandbox/runner/job.js';
import { type Check, expectEqual, expectThat } from '../check.js';
import { startMoto } from '../moto.js';
import type { Tool } from '../tool.js';
import { AUDIENCE, type Keycloak, startKeycloak, subjectOf } from './keycloak.js';

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploy`;

/** `web-identity-token-file` with tokens of an issuer that nobody here wrote. */
export function keycloakChecks(root: string, keycloak: Tool, moto: Tool): readonly Check[] {
  return [
    {
      name: "keycloak: its token gets into a role that trusts its subject, of the sandbox and of moto, and another's does not",
      tools: [keycloak, moto],
      run: async () => {
        const server = await startKeycloak(keycloak.path);
        try {
          const token = await server.token();
          await withSts(server, subjectOf(token), (url) => getIn(root, url, token, 'success'));
          await withSts(server, 'somebody-else', (url) => getIn(root, url, token, 'failure'));
          const other = await startMoto(moto);
          try {
            await getIn(root, other.url, token, 'success');
          } finally {
            other.close();
          }
        } finally {
          server.stop();
        }
      },
    },
  ];
}

/** The sandbox's STS, with a role that trusts one subject of the realm. */
async function withSts(
  { issuer }: Keycloak,
  subject: string,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const host = issuer.replace('http://', '');
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${host}:aud`]: AUDIENCE, [`${host}:sub`]: subject } },
  };
  const accounts: AccountsFile = {
    accounts: {
      [ACCOUNT]: {
        providers: [{ url: host, clientIds: [AUDIENCE] }],
        roles: { deploy: { trust: { Version: '2012-10-17', Statement: [statement] } } },
      },
    },
  };
  const cloud = await startCloud({ accounts });
  try {
    await work(cloud.stsUrl);
  } finally {
    await cloud.close();
  }
}

async function getIn(
  root: string,
  stsUrl: string,
  token: string,
  expected: 'success' | 'failure',
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'token-'));
  const file = join(directory, 'token');
  writeFileSync(file, token, { mode: 0o600 });
  const job = new Job({ env: { AWS_EC2_METADATA_DISABLED: 'true' } });
  try {
    const inputs = { 'aws-region': 'eu-central-1', 'role-to-assume': ROLE, 'sts-endpoint': stsUrl };
    const step = await job.uses(root, { ...inputs, 'web-identity-token-file': file });
    expectEqual(step.conclusion, expected, `the step against ${stsUrl} (${step.log.at(-1)})`);
    expectThat(
      (job.env.AWS_SESSION_TOKEN !== undefined) === (expected === 'success'),
      'keys where there should be none, or none',
    );
    expectThat(!step.log.join('\n').includes(token), 'the log shows the token');
    await job.end();
  } finally {
    job.dispose();
    rmSync(directory, { recursive: true });
  }
}
