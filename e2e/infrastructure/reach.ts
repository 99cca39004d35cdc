import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Run, startCloud } from '../../sandbox/cloud.js';
import { listAt, objectAt } from '../../sandbox/core/json.js';
import { Job, type StepResult } from '../../sandbox/runner/job.js';
import { expectEqual } from '../check.js';
import { ACCOUNT, HOST, type Reach } from './cases.js';

/** Puts a trust policy, or a template with one role, to the exact analysis. Rejects unless only those get in who are meant to. */
export function expectReach(root: string, trust: object, reach: Reach): void {
  const directory = mkdtempSync(join(tmpdir(), 'trust-'));
  try {
    writeFileSync(join(directory, 'role.json'), JSON.stringify(trust));
    const args = [join(root, 'dist', 'check-trust', 'index.js'), 'role.json', '--fail-on', 'never'];
    const json = execFileSync(process.execPath, [...args, ...reach.options, '--json', '-'], {
      cwd: directory,
      encoding: 'utf8',
      timeout: 60_000,
    });
    const [role] = listAt(objectAt(JSON.parse(json), 'the report').roles, 'its roles');
    const answers = listAt(objectAt(role, 'the role').reach, 'its answers').map((one) =>
      objectAt(one, 'an answer'),
    );
    const expected = (question: unknown): string =>
      question === 'intended' || reach.wide?.some((wide) => wide === question) ? 'yes' : 'no';
    expectEqual(
      answers.map(({ question, answer }) => `${question}: ${answer}`),
      answers.map(({ question }) => `${question}: ${expected(question)}`),
      'who can assume the role',
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Lets the runs try the role on the sandbox. Rejects unless those get in, and only those, that are meant to. */
export async function expectRuns(root: string, trust: object, { allowed, refused }: Reach): Promise<void> {
  for (const run of allowed) {
    const { conclusion, log } = await assume(root, { role: { trust: withIssuer(trust) } }, run);
    expectEqual(conclusion, 'success', `${JSON.stringify(run)} (${log.at(-1)})`);
  }
  for (const run of refused) {
    const step = await assume(root, { role: { trust: withIssuer(trust) } }, run);
    expectEqual(step.conclusion, 'failure', JSON.stringify(run));
    expectEqual(step.stdout.includes('ACCESS_DENIED'), true, `${JSON.stringify(run)}: ACCESS_DENIED`);
  }
}

/** A chain from the hub's role to a spoke's, with the deployed policies of both sides. */
export async function expectChain(
  root: string,
  hub: { readonly trust: object; readonly caller: object },
  spoke: object,
): Promise<void> {
  const permissions = listAt(objectAt(hub.caller, 'a policy').Statement, 'its statements').map((one) =>
    objectAt(one, 'a statement'),
  );
  const roles = { 'github-deploy': { trust: withIssuer(hub.trust), permissions } };
  const elsewhere = { [SPOKE_ACCOUNT]: { roles: { 'spoke-deploy': { trust: spoke } } } };
  const inputs = { 'role-to-assume': HUB, 'role-chain': `arn:aws:iam::${SPOKE_ACCOUNT}:role/spoke-deploy` };
  const step = await assume(root, roles, {}, inputs, elsewhere);
  expectEqual(step.conclusion, 'success', `the chain (${step.log.at(-1)})`);
  const untagged = { ...inputs, 'role-skip-session-tagging': 'true' };
  const refused = await assume(root, roles, {}, untagged, elsewhere);
  expectEqual(refused.conclusion, 'failure', 'the chain without tags');
}

const SPOKE_ACCOUNT = '444455556666';
const HUB = `arn:aws:iam::${ACCOUNT}:role/github-deploy`;

type Roles = Readonly<Record<string, { readonly trust: object; readonly permissions?: readonly object[] }>>;

async function assume(
  root: string,
  roles: Roles,
  run: Run,
  inputs: Readonly<Record<string, string>> = { 'role-to-assume': `arn:aws:iam::${ACCOUNT}:role/role` },
  elsewhere: Readonly<Record<string, { readonly roles: Roles }>> = {},
): Promise<StepResult> {
  const cloud = await startCloud({
    accounts: {
      github: {
        owners: { 'octo-org': 65 },
        repositories: { 'octo-org/octo-repo': 74, 'octo-org/octo-shop': 75 },
      },
      accounts: {
        [ACCOUNT]: { providers: [{ url: 'ISSUER', clientIds: ['sts.amazonaws.com'] }], roles },
        ...elsewhere,
      },
    },
  });
  const job = new Job({ env: cloud.environment(run), event: cloud.event(run) });
  try {
    return await job.uses(root, { 'aws-region': 'eu-central-1', ...inputs });
  } finally {
    job.dispose();
    await cloud.close();
  }
}

/** The policy with the sandbox's issuer, for which the accounts file has a placeholder. */
function withIssuer(trust: object): object {
  return objectAt(JSON.parse(JSON.stringify(trust).replaceAll(HOST, 'ISSUER')), 'a policy');
}
