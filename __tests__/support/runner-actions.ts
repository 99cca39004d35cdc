import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job, type JobOptions } from '../../sandbox/runner/job.js';

const root = mkdtempSync(join(tmpdir(), 'runner-test-'));
const jobs: Job[] = [];

afterAll(() => {
  for (const job of jobs) job.dispose();
  rmSync(root, { recursive: true, force: true });
});

export function startJob(options: Partial<JobOptions> = {}): Job {
  const job = new Job({ env: {}, ...options });
  jobs.push(job);
  return job;
}

let count = 0;

/** Writes an action whose scripts can use `append(variable, text)` and returns its folder. */
export function writeAction(scripts: {
  main: string;
  post?: string;
  postIf?: string;
  inputs?: string;
}): string {
  const directory = join(root, `action-${++count}`);
  mkdirSync(directory);
  const prelude = `
    const append = (name, text) => require('node:fs').appendFileSync(process.env[name], text);
    const show = (...names) => console.log(JSON.stringify(names.map((name) => process.env[name] ?? null)));
  `;
  writeFileSync(join(directory, 'main.js'), prelude + scripts.main);
  if (scripts.post !== undefined) writeFileSync(join(directory, 'post.js'), prelude + scripts.post);
  const post = scripts.post === undefined ? '' : '  post: post.js\n';
  const postIf = scripts.postIf === undefined ? '' : `  post-if: ${scripts.postIf}\n`;
  writeFileSync(
    join(directory, 'action.yml'),
    `name: Action ${count}\n${scripts.inputs ?? ''}runs:\n  using: node24\n  main: main.js\n${post}${postIf}`,
  );
  return directory;
}

/** The log without what the runner says before the script starts. */
export function output(log: readonly string[], header = 1): readonly string[] {
  return log.slice(header);
}
