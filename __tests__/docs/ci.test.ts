import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const read = (path: string): string => readFileSync(path, 'utf8');
const folder = '.github/workflows';
const script = read('.ci/run');
const { scripts } = JSON.parse(read('package.json'));

/** The commands of the steps of a workflow's jobs. */
function commandsOf(name: string): readonly string[] {
  const jobs: Record<string, { steps: readonly { run?: string }[] }> = parse(read(`${folder}/${name}`)).jobs;
  return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run?.trim() ?? []));
}

it('GitHub runs the same script as everybody else', () => {
  expect(commandsOf('ci.yml')).toContain('.ci/run');
  expect(commandsOf('ci.yml')).toEqual(expect.arrayContaining(['npm test', 'npm run test:processes']));
});

it('the script has every check of npm run all, which builds where the script compares what is built', () => {
  const steps: readonly string[] = scripts.all.split(' && ');
  expect(steps).toEqual([
    ...[
      'npm run lint',
      'npm run types',
      'npm run build',
      'npm test',
      'npm run test:processes',
      'npm run e2e',
    ],
  ]);
  for (const step of steps.filter((one) => one !== 'npm run build')) expect(script).toContain(step);
  expect(script).toContain('scripts/check-dist.sh');
});

it('dist/ is compared by the same script in both workflows', () => {
  expect(commandsOf('check-dist.yml')).toContain('scripts/check-dist.sh');
});

it('tests run on every Node from the oldest that is supported to the one that GitHub uses', () => {
  const { jobs } = parse(read(`${folder}/ci.yml`));
  const oldest = Number(/\d+/.exec(JSON.parse(read('package.json')).engines.node)?.[0]);
  const used = Number(parse(read('action.yml')).runs.using.replace('node', ''));
  const versions: readonly number[] = jobs.test.strategy.matrix.node;
  expect([Math.min(...versions), Math.max(...versions)]).toEqual([oldest, used]);
});

it('the nightly workflow runs what npm run fuzz is', () => {
  expect(commandsOf('fuzz.yml')).toEqual(['npm run fuzz']);
  expect(scripts.fuzz).toContain('scripts/fuzz.mjs');
});

it('other systems and clients are tested by commands that everybody has', () => {
  const commands = [...commandsOf('systems.yml'), ...commandsOf('nightly.yml'), ...commandsOf('mutate.yml')];
  const names = commands.flatMap((command) => /^npm run ([\w:]+)/.exec(command)?.[1] ?? []);
  expect([...new Set(names)].sort()).toEqual(['e2e', 'mutate', 'test:processes']);
  for (const name of names) expect(scripts).toHaveProperty([name]);
  expect(commands).toContain('scripts/install-world.sh --nightly');
});
