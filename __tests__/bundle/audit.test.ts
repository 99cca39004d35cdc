import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordsIn } from '../support/audit.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { LONG } from '../support/roles.js';

const sandbox = sharedCloud();

test('the steps of a job share a record, which the end of the job leaves', async () => {
  const job = startJob(sandbox.cloud);
  const path = join(job.directories.temp, 'aws-audit.jsonl');
  const inputs = { 'aws-region': 'us-east-1', 'role-to-assume': LONG, 'audit-file': path };
  const first = await job.uses(ACTION, inputs);
  const refused = await job.uses(ACTION, { ...inputs, 'allowed-refs': 'refs/tags/*' });
  const ran = await job.uses(ACTION, { ...inputs, run: 'exit 3' }, { if: 'always()' });
  expect([first, refused, ran].map(({ conclusion }) => conclusion)).toEqual([
    'success',
    'failure',
    'failure',
  ]);
  const posts = await job.end({ keepFiles: true });
  expect(posts.map(({ conclusion }) => conclusion)).toEqual(['success', 'success', 'success']);
  const text = readFileSync(path, 'utf8');
  expect(recordsIn(text).map(({ outcome }) => outcome)).toEqual(['assumed', 'failed', 'assumed']);
  expect(first.outputs['audit']).toBe(text.split('\n')[0]);
  expect([refused, ran].map(({ outputs }) => Object.keys(outputs))).toEqual([[], ['audit']]);
});
