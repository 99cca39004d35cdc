import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { yamlFiles } from '../../e2e/workflow-files.js';
import { listAt, type Mapping, mappingAt } from '../support/mapping.js';
import { ROOT } from '../support/pages.js';
import { usesOf } from '../support/repository.js';

interface Workflow {
  readonly name: string;
  readonly text: string;
  readonly on: Mapping;
  readonly permissions: unknown;
  readonly jobs: readonly (readonly [string, Mapping])[];
}

const read = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

const workflows: readonly Workflow[] = yamlFiles(ROOT, '.github', 'workflows').map((path) => {
  const text = readFileSync(path, 'utf8');
  const workflow = mappingAt(parse(text));
  const jobs = Object.entries(mappingAt(workflow['jobs'])).map(([id, job]) => [id, mappingAt(job)] as const);
  const on = mappingAt(workflow['on']);
  return { name: basename(path), text, on, permissions: workflow['permissions'], jobs };
});

const named = (name: string): Workflow => {
  const found = workflows.find((workflow) => workflow.name === name);
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
};

const jobOf = (workflow: string, id: string): Mapping =>
  mappingAt(Object.fromEntries(named(workflow).jobs)[id]);

const stepsOf = (job: Mapping): readonly Mapping[] => listAt(job['steps']).map(mappingAt);

describe('every workflow of this repository', () => {
  test('names the actions of others by commit, the same for the same version', () => {
    const uses = workflows.flatMap(({ text }) => [...text.matchAll(/^\s*(?:- )?uses: (?!\.\/)(.*)/gm)]);
    const others = uses.filter(([, use = '']) => use !== usesOf());
    const parts = others.map(
      ([, use = '']) => /^([\w.-]+\/[\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$/.exec(use) ?? [use],
    );
    expect(parts.filter(({ length }) => length === 1).map(([use]) => use)).toEqual([]);
    const commits = new Map<string, Set<string>>();
    for (const [, action = '', commit = '', version = ''] of parts) {
      // Actions in folders of a repository have its versions.
      const key = `${action.split('/').slice(0, 2).join('/')} ${version}`;
      commits.set(key, (commits.get(key) ?? new Set()).add(commit));
    }
    expect([...commits].filter(([, all]) => all.size > 1)).toEqual([]);
    const versions = [...commits.keys()].map((key) => key.split(' ')[0]);
    expect(new Set(versions).size).toBe(versions.length);
  });

  test('gives each job what it needs and nothing more', () => {
    const granted = workflows.flatMap(({ name, permissions, jobs }) => {
      expect([name, permissions]).toEqual([name, {}]);
      return jobs.map(([id, job]) => [`${name} ${id}`, mappingAt(job['permissions'])] as const);
    });
    const reading = granted.filter(([, scopes]) => Object.values(scopes).every((scope) => scope === 'read'));
    for (const [, scopes] of reading) expect(scopes).toEqual({ contents: 'read' });
    expect(Object.fromEntries(granted.filter((one) => !reading.includes(one)))).toEqual({
      'codeql.yml analyze': { contents: 'read', 'security-events': 'write' },
      // Called by the repositories that deploy with it: it gets what they grant.
      'deploy.yml deploy': { contents: 'read', 'id-token': 'write' },
      'dependabot-commit.yml commit': { actions: 'read', contents: 'write' },
      'move-major.yml move': { contents: 'write' },
      'release.yml attest': { attestations: 'write', 'id-token': 'write' },
      'release.yml draft': { contents: 'write' },
      'scorecard.yml analysis': { contents: 'read', 'id-token': 'write', 'security-events': 'write' },
    });
  });

  test('ends in time, runs once at a time, and takes nothing from a cache', () => {
    for (const { text, jobs } of workflows) {
      expect(text).toMatch(/^concurrency:$/m);
      expect(text).not.toMatch(/actions\/cache|cache: (?!false)/);
      for (const [, job] of jobs.filter(([, one]) => one['uses'] === undefined)) {
        expect(job['timeout-minutes']).toEqual(expect.any(Number));
        for (const step of stepsOf(job)) {
          const [, action] = /^actions\/([\w-]+)@/.exec(String(step['uses'])) ?? [];
          if (action === 'checkout') expect(step['with']).toMatchObject({ 'persist-credentials': false });
          if (action === 'setup-node') expect(step['with']).toMatchObject({ 'package-manager-cache': false });
        }
      }
    }
  });

  test('lets no package run a script when it is installed', () => {
    const folders = ['scripts', '.ci', '.github/workflows'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => read(folder, entry.name)),
    );
    const installs = folders.flatMap((text) => text.match(/(?<!\()\bnpm (?:ci|install|i|add)\b.*/g) ?? []);
    expect(installs.length).toBeGreaterThan(1);
    expect(installs.filter((line) => !line.includes('--ignore-scripts'))).toEqual([]);
  });
});

describe('CI', () => {
  test('checks the same on GitHub as anywhere else: .ci/run', () => {
    expect(stepsOf(jobOf('ci.yml', 'all')).at(-1)?.['run']).toBe('.ci/run');
    expect(Object.keys(named('ci.yml').on)).toEqual(
      expect.arrayContaining(['push', 'pull_request', 'workflow_call']),
    );
  });

  test('runs every script that checks, and every command of npm run all', () => {
    const run = read('.ci', 'run');
    const checks = readdirSync(join(ROOT, 'scripts')).filter((name) =>
      /^(check-|reproduce).*\.sh$/.test(name),
    );
    expect(checks.filter((name) => !run.includes(`scripts/${name}`))).toEqual([]);
    const { scripts } = mappingAt(JSON.parse(read('package.json')));
    const commands = String(mappingAt(scripts)['all']).match(/npm (?:run )?\w+/g) ?? [];
    // check-dist.sh builds.
    expect(commands.filter((command) => command !== 'npm run build' && !run.includes(command))).toEqual([]);
  });

  test('builds dist/ on GitHub with the versions of Node that it builds it with elsewhere', () => {
    const nodes = mappingAt(mappingAt(jobOf('check-dist.yml', 'reproduce')['strategy'])['matrix'])['node'];
    expect(nodes).toEqual([20, 22, 24]);
    expect(read('.ci', 'run')).toContain(`scripts/reproduce.sh ${listAt(nodes).join(' ')}`);
  });

  test('uses the Node of .node-version, which runs the action', () => {
    const [, major] = /using: node(\d+)/.exec(read('action.yml')) ?? [];
    expect(read('.node-version')).toBe(`${major}\n`);
  });

  test('has every check that the ruleset of the default branch requires', () => {
    const ruleset = mappingAt(JSON.parse(read('.github', 'rulesets', 'main.json')));
    const rule = listAt(ruleset['rules'])
      .map(mappingAt)
      .find(({ type }) => type === 'required_status_checks');
    const required = listAt(mappingAt(rule?.['parameters'])['required_status_checks']).map(
      (check) => mappingAt(check)['context'],
    );
    const onPullRequests = workflows.filter(
      ({ name, on }) => 'pull_request' in on && !/^dependabot/.test(name),
    );
    const offered = onPullRequests.flatMap(({ jobs }) => jobs.flatMap(([, job]) => checkNames(job)));
    expect(offered.filter((name) => !/^(actions|javascript-typescript)$/.test(name)).sort()).toEqual(
      [...required].sort(),
    );
  });
});

/** The names under which GitHub reports a job, with those of its matrix. */
function checkNames(job: Mapping): readonly string[] {
  const [[key, values] = []] = Object.entries(mappingAt(mappingAt(job['strategy'])['matrix']));
  const name = String(job['name']);
  return key === undefined
    ? [name]
    : listAt(values).map((value) => name.replace(`\${{ matrix.${key} }}`, String(value)));
}

describe('a release', () => {
  test('is drafted from a tag, after every check, a rebuild and the attestations', () => {
    expect(named('release.yml').on).toEqual({ push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } });
    expect(named('release.yml').jobs.map(([id, { uses, needs }]) => [id, uses ?? needs])).toEqual([
      ['checks', './.github/workflows/ci.yml'],
      ['reproduce', './.github/workflows/check-dist.yml'],
      ['build', ['checks', 'reproduce']],
      ['attest', 'build'],
      ['draft', ['build', 'attest']],
    ]);
    expect(stepsOf(jobOf('release.yml', 'build')).map(({ run }) => run)).toEqual(
      expect.arrayContaining([
        'scripts/check-dist.sh',
        'scripts/release-files.sh "$GITHUB_REF_NAME" release',
      ]),
    );
    const [create] = stepsOf(jobOf('release.yml', 'draft')).slice(-1);
    expect(create?.['run']).toMatch(/^gh release create "\$TAG" .*--draft --verify-tag /);
    expect(workflows.filter(({ text }) => text.includes('gh release')).map(({ name }) => name)).toEqual([
      'release.yml',
    ]);
  });

  test('runs nothing of the repository where it can sign or write', () => {
    for (const id of ['attest', 'draft']) {
      const steps = stepsOf(jobOf('release.yml', id));
      expect(steps.map(({ uses }) => String(uses)).filter((uses) => uses.includes('checkout'))).toEqual([]);
      expect(steps.map(({ run }) => String(run)).join('\n')).not.toMatch(/scripts\/|node |npm /);
    }
  });

  test('moves the major version only after a person has published it', () => {
    expect(named('move-major.yml').on).toEqual({ release: { types: ['published'] } });
    const moving = workflows.filter(({ text }) => /move-major\.sh|refs\/tags/.test(text));
    expect(moving.map(({ name }) => name)).toEqual(['move-major.yml']);
  });
});

describe("Dependabot's dist/", () => {
  test('is built without secrets, and committed by what runs nothing of the pull request', () => {
    expect(named('dependabot-build.yml').text).not.toMatch(/secrets|github\.token|: write/);
    const steps = stepsOf(jobOf('dependabot-commit.yml', 'commit'));
    const runs = steps.flatMap(({ run }) => (run === undefined ? [] : [String(run)]));
    expect(runs.join('\n')).toBe(
      'node scripts/commit-dist.mjs head/dist built > request.json\nif [ -s request.json ]; then gh api graphql --silent --input request.json; fi\n',
    );
    expect(mappingAt(named('dependabot-commit.yml').on['workflow_run'])['workflows']).toEqual([
      mappingAt(parse(named('dependabot-build.yml').text))['name'],
    ]);
  });
});
