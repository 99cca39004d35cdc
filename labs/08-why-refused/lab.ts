import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Run } from '../../sandbox/cloud.js';
import { Job } from '../../sandbox/runner/job.js';
import { GITHUB_IDS } from '../06-only-main/lab.js';
import type { Bench } from '../engine/bench.js';
import { ADMIN_KEYS, accountOf, GITHUB_ISSUER, GITHUB_THUMBPRINT, type Lab } from '../engine/lab.js';
import { policy } from '../engine/policies.js';
import { ACCOUNT, makeProvider, makeRole, removeRole, roleArn } from '../engine/setting.js';

const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB_ISSUER}`;
const RUN: Run = {
  repository: 'octo-org/octo-repo',
  ref: 'refs/heads/main',
  environment: 'production',
};

/** What may be wrong in the policy, and is mended one by one. */
interface Faults {
  readonly action: string;
  readonly audience: string;
  readonly operator: string;
  readonly subject: string;
}

const START: Faults = {
  action: 'sts:AssumeRole',
  audience: 'https://github.com/octo-org',
  operator: 'StringEquals',
  subject: 'repo:octo-org/octo-repo:ref:refs/heads/*',
};

/** Each mend, and the advice of the explanation that it follows. */
const MENDS: readonly (readonly [title: string, advice: string, mend: Partial<Faults>])[] = [
  [
    'The action',
    'Add "sts:AssumeRoleWithWebIdentity" to the Action',
    { action: 'sts:AssumeRoleWithWebIdentity' },
  ],
  ['The audience', 'change the policy to "sts.amazonaws.com"', { audience: 'sts.amazonaws.com' }],
  ['The operator', 'patterns need StringLike', { operator: 'StringLike' }],
  [
    'The numbers in the subject',
    'Write the repository as "repo:octo-org@65/octo-repo@74:"',
    { subject: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/*' },
  ],
  [
    'The environment',
    'Use "repo:octo-org@65/octo-repo@74:environment:production"',
    { subject: 'repo:octo-org@65/octo-repo@74:environment:production' },
  ],
];

export const lab: Lab = {
  number: '08',
  name: 'why-refused',
  title: 'Why was I refused? A trust policy with five faults',
  accounts: { github: GITHUB_IDS, accounts: { [ACCOUNT]: accountOf(ADMIN_KEYS) } },
  async run(bench) {
    bench.step("GitHub's issuer as a provider, and a role whose trust policy has five faults");
    await makeProvider(bench, GITHUB_ISSUER, GITHUB_THUMBPRINT);
    let faults = START;
    bench.file('trust.json', documentOf(faults));
    await makeRole(bench, 'lab-deploy', 'trust.json');
    for (const [title, advice, mend] of MENDS) {
      const log = await runStep(bench);
      bench.claim('The step is refused', log.isRefused);
      bench.claim(`and its explanation says: ${advice}`, log.text.includes(advice));
      bench.step(`${title}, mended`);
      faults = { ...faults, ...mend };
      bench.file('trust.json', documentOf(faults));
      await bench.aws(
        'admin',
        'iam update-assume-role-policy --role-name lab-deploy --policy-document file://trust.json',
      );
      bench.settle();
    }
    const last = await runStep(bench);
    bench.claim('The job is let in', !last.isRefused);

    bench.step('Clean up');
    await removeRole(bench, 'lab-deploy', []);
    await bench.aws(
      'admin',
      `iam delete-open-id-connect-provider --open-id-connect-provider-arn ${PROVIDER}`,
    );
  },
};

function documentOf({ action, audience, operator, subject }: Faults): object {
  return policy({
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: action,
    Condition: {
      StringEquals: {
        [`${GITHUB_ISSUER}:aud`]: audience,
        ...(operator === 'StringEquals' && { [`${GITHUB_ISSUER}:sub`]: subject }),
      },
      ...(operator !== 'StringEquals' && { [operator]: { [`${GITHUB_ISSUER}:sub`]: subject } }),
    },
  });
}

/** Runs this action in a job of its own, with the policy in the workspace, as in a repository that has it. */
async function runStep(bench: Bench): Promise<{ readonly isRefused: boolean; readonly text: string }> {
  const job = new Job({ env: bench.cloud.environment(RUN), event: bench.cloud.event(RUN) });
  try {
    writeFileSync(join(job.directories.workspace, 'trust.json'), bench.read('trust.json'));
    const step = await job.uses(actionFolder(), {
      'aws-region': 'eu-central-1',
      'role-to-assume': roleArn('lab-deploy'),
      'trust-policy': 'trust.json',
      'retry-max-attempts': '1',
    });
    const text = step.log.join('\n');
    bench.elsewhere('# Run a job with the step; its log says why it is refused.');
    bench.show('(in a job on main with the environment production: a step that uses this action)', text);
    return { isRefused: step.conclusion === 'failure', text };
  } finally {
    job.dispose();
  }
}

/** The action that this exercise came with. */
function actionFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'action.yml'))) folder = dirname(folder);
  return folder;
}
