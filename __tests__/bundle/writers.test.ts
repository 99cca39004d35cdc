import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSections } from '../../src/platform/ini-sections.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow, temporaryDirectory } from '../support/files.js';
import { DEPLOY } from '../support/roles.js';
import { times } from '../support/volume.js';

const sandbox = sharedCloud();
const WRITERS = times(8, 20);

describe(`${WRITERS} jobs that write profiles to the same files at once`, () => {
  it.each([
    ['where there were none', undefined],
    ['beside what others have in them', '# mine\n[other]\nregion = x\n'],
  ])(
    'lose nothing, %s',
    async (_, existing) => {
      const home = temporaryDirectory();
      if (existing !== undefined) {
        mkdirSync(join(home, '.aws'));
        for (const name of ['config', 'credentials']) writeFileSync(join(home, '.aws', name), existing);
      }
      const before = filesBelow(home);
      const jobs = Array.from({ length: WRITERS }, () => startJob(sandbox.cloud, { home }));
      const steps = await Promise.all(
        jobs.map((job, index) =>
          job.uses(ACTION, { 'role-to-assume': DEPLOY, 'aws-profile': `ci-${index}` }),
        ),
      );
      expect(steps.flatMap(({ log, conclusion }) => (conclusion === 'success' ? [] : log))).toEqual([]);
      const text = readFileSync(join(home, '.aws', 'credentials'), 'utf8');
      expect(jobs.filter((__, index) => findSections(text, `ci-${index}`).length === 1)).toHaveLength(
        WRITERS,
      );
      expect(Object.keys(filesBelow(home)).sort()).toEqual(['.aws/config', '.aws/credentials']);
      const posts = await Promise.all(jobs.map((job) => job.end({ keepFiles: true })));
      expect(
        posts.flat().flatMap(({ log }) => log.filter((line) => line.includes('Not cleaned up'))),
      ).toEqual([]);
      // Who of them made a file, and who was last to go, are two: an empty one may stay.
      expect(Object.entries(filesBelow(home)).filter(([, left]) => left !== '')).toEqual(
        Object.entries(before),
      );
    },
    120_000,
  );

  it('of one name: one has it, the others are told', async () => {
    const home = temporaryDirectory();
    const jobs = Array.from({ length: 4 }, () => startJob(sandbox.cloud, { home }));
    const steps = await Promise.all(
      jobs.map((job) => job.uses(ACTION, { 'role-to-assume': DEPLOY, 'aws-profile': 'ci' })),
    );
    expect(steps.filter(({ conclusion }) => conclusion === 'success')).toHaveLength(1);
    const errors = steps.flatMap(({ commands }) => commands.filter(({ command }) => command === 'error'));
    expect(errors.map(({ properties }) => properties['title'])).toEqual(
      Array.from({ length: 3 }, () => 'assume-aws-role: PROFILE_EXISTS'),
    );
    await Promise.all(jobs.map((job) => job.end({ keepFiles: true })));
    expect(filesBelow(home)).toEqual({});
  }, 60_000);
});
