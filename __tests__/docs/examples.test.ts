import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parse } from 'yaml';
import { yamlFiles } from '../../e2e/workflow-files.js';
import { inputNames } from '../support/action-manifest.js';
import { listAt, type Mapping, mappingAt } from '../support/mapping.js';
import { pages, ROOT } from '../support/pages.js';
import { REPOSITORY, usesOf } from '../support/repository.js';

interface Example {
  readonly where: string;
  readonly text: string;
}

const examples: readonly Example[] = [
  ...[...pages.values()].flatMap(({ path, fences }) =>
    fences
      .filter(({ language }) => /^ya?ml$/.test(language))
      .map(({ text }, index) => ({ where: `${path}, YAML block ${index + 1}`, text })),
  ),
  ...yamlFiles(ROOT, 'examples').map((path) => ({
    where: relative(ROOT, path),
    text: readFileSync(path, 'utf8'),
  })),
];

/** The steps that stand in an example: a whole workflow, a list of steps, or one step. */
function stepsOf(value: unknown): readonly Mapping[] {
  const jobs = Object.values(mappingAt(mappingAt(value)['jobs']));
  const steps = Array.isArray(value)
    ? value
    : jobs.length > 0
      ? jobs.flatMap((job) => listAt(mappingAt(job)['steps']))
      : [value];
  return steps.map(mappingAt);
}

const isOurs = (step: Mapping): boolean => step['uses'] === usesOf();

/** Inputs with which `identity-source: auto` takes something else than GitHub's token. */
const OTHER_SOURCES = [
  'identity-source',
  'aws-access-key-id',
  'web-identity-token-file',
  'saml-assertion',
  'role-chaining',
  'force-skip-oidc',
];

const asksForToken = (step: Mapping): boolean =>
  isOurs(step) && OTHER_SOURCES.every((name) => mappingAt(step['with'])[name] === undefined);

describe('every YAML example', () => {
  test('is there to be checked', () => {
    expect(examples.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['README.md, YAML block 1', 'examples/deploy-main.yml']),
    );
  });

  test.each(examples)('$where gives only inputs that exist', ({ text }) => {
    const used = stepsOf(parse(text))
      .filter(isOurs)
      .flatMap((step) => Object.keys(mappingAt(step['with'])));
    expect(used.filter((name) => !inputNames.includes(name))).toEqual([]);
  });

  test.each(examples)('$where may ask GitHub for a token where it has to', ({ text }) => {
    const workflow = mappingAt(parse(text));
    const jobs = Object.entries(mappingAt(workflow['jobs']));
    const lacking = jobs.filter(([, job]) => {
      const { steps, uses, permissions } = mappingAt(job);
      // A called job gets no more than its caller: a job that calls a reusable workflow grants it, too.
      const needsToken = uses !== undefined || listAt(steps).map(mappingAt).some(asksForToken);
      return needsToken && mappingAt(permissions ?? workflow['permissions'])['id-token'] !== 'write';
    });
    expect(lacking.map(([name]) => name)).toEqual([]);
  });

  test.each(examples)(
    '$where pins the actions of others to a commit, with the version beside it',
    ({ text }) => {
      // A called workflow is the reader's own, and so is an action by its path.
      const others = text
        .split('\n')
        .filter((line) => /\buses:/.test(line) && !/\/\.github\/workflows\/|uses: \.\//.test(line))
        .filter((line) => !line.includes(`${REPOSITORY.slug}@`) && !line.includes(`${REPOSITORY.slug}/`));
      expect(others.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    },
  );
});
