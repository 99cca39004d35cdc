import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HUB } from '../support/assume-role.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';

const sandbox = sharedCloud();
/** It trusts the hub, which may not assume it. */
const SPOKE = 'arn:aws:iam::444455556666:role/hub-may-not';

it('the bundle explains which side of a chain refused', async () => {
  const job = startJob(sandbox.cloud);
  const statement = { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: `${SPOKE}-2` };
  mkdirSync(join(job.directories.workspace, 'iam'), { recursive: true });
  writeFileSync(
    join(job.directories.workspace, 'iam', 'hub.json'),
    JSON.stringify({ Version: '2012-10-17', Statement: statement }),
  );
  const step = await job.uses(ACTION, {
    'role-to-assume': HUB,
    'role-chain': SPOKE,
    'caller-policy': 'iam/hub.json',
  });
  expect(step.exitCode).toBe(1);
  const log = step.log.join('\n');
  expect(log).toContain(
    `The caller's side refuses: caller-policy does not allow sts:AssumeRole on ${SPOKE}. Closest match: iam/hub.json, statement 1, line 1.`,
  );
  expect(log).toContain(
    `Add to one: { "Effect": "Allow", "Action": [ "sts:AssumeRole", "sts:TagSession" ], "Resource": "${SPOKE}" }`,
  );
});
