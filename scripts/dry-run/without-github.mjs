// Writes what act needs for a dry run into a directory: release.yml without what only GitHub can do, as one job, the event
// of the tag, and the list of what was left out.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const [directory, tag] = process.argv.slice(2);
const { jobs } = parse(readFileSync('.github/workflows/release.yml', 'utf8'));

const leftOut = Object.entries(jobs).flatMap(([id, { uses, steps = [] }]) => [
  ...(uses === undefined ? [] : [`- ${id}: ${uses}. Run .ci/run instead.`]),
  ...steps.filter((step) => step.uses !== undefined).map((step) => `- ${id}: ${step.uses}`),
]);

// What the attestations' outputs would be.
const SIGNED = {
  'steps.provenance.outputs.bundle-path': 'provenance',
  'steps.sbom.outputs.bundle-path': 'sbom',
};

const commands = ['build', 'attest', 'draft'].flatMap((id) =>
  jobs[id].steps
    .filter((step) => step.run !== undefined)
    .map((step) => ({
      name: `${id}: ${step.name ?? step.run}`,
      run: step.run,
      env: Object.fromEntries(
        Object.entries(step.env ?? {}).map(([name, value]) => [name, expressionsIn(value)]),
      ),
    })),
);

/** Expressions that act cannot know have a value here. */
function expressionsIn(value) {
  return value.replace(/\$\{\{ (.*?) \}\}/g, (expression, name) => {
    if (name === 'github.token') return 'none';
    if (SIGNED[name] === undefined) return expression;
    const file = join(directory, `${SIGNED[name]}.json`);
    writeFileSync(file, '{"unsigned": "a dry run"}\n');
    return file;
  });
}

const job = {
  name: 'Without GitHub',
  'runs-on': 'ubuntu-latest',
  // In the copy, which is what the checkout would have made.
  defaults: { run: { 'working-directory': process.cwd() } },
  steps: commands,
};
const event = { ref: `refs/tags/${tag}`, repository: { default_branch: 'main' } };
writeFileSync(
  join(directory, 'release.yml'),
  stringify({ name: 'Release', on: { push: {} }, jobs: { release: job } }),
);
writeFileSync(join(directory, 'event.json'), JSON.stringify(event));
writeFileSync(
  join(directory, 'left-out.txt'),
  [
    'Left out, since only GitHub can do it:',
    ...leftOut,
    '- draft: the release itself; `gh` was a stand-in',
    '- move-major.yml, which waits for a person to publish; __tests__/docs/release-scripts.test.ts runs its script',
    '',
  ].join('\n'),
);
