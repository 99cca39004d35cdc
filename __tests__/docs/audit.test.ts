import { pageQueries } from '../../e2e/audit/page-queries.js';
import { ATHENA_COLUMNS, LAKE_COLUMNS } from '../../e2e/audit/tables.js';
import { isObject } from '../../sandbox/core/json.js';
import { sharedCloud } from '../support/cloud.js';
import { ROOT } from '../support/pages.js';
import { runAction } from '../support/run-action.js';

const queries = [...pageQueries(ROOT)];
const sandbox = sharedCloud();

/** An event's fields as paths in lower case, such as `useridentity.arn`; of lists those of their items. */
function pathsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, path));
  if (!isObject(value)) return [path.toLowerCase()];
  return Object.entries(value).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [at.toLowerCase(), ...pathsOf(field, at)];
  });
}

/** The fields that a query reads, as paths in lower case, however it reads them. */
function fieldsOf(sql: string): readonly string[] {
  const columns = [...Object.keys(ATHENA_COLUMNS)].join('|');
  const named = [...sql.matchAll(new RegExp(String.raw`\b(?:${columns})\b(?:\.[a-z]+)*`, 'gi'))];
  const inText = [...sql.matchAll(/json_extract(?:_scalar)?\((\w+), '\$\.([\w.]+)'\)/g)];
  const inMaps = [...sql.matchAll(/element_at\((?:\w+\.)?(\w+), '(\w+)'\)(?:, '\$\.(\w+)')?/g)];
  return [
    ...named.map(([path]) => path),
    ...inText.map(([, column, path]) =>
      column === 'tag' ? `requestparameters.tags.${path}` : `${column}.${path}`,
    ),
    ...inMaps.map(([, ...parts]) => parts.filter((part) => part !== undefined).join('.')),
  ].map((path) => path.toLowerCase());
}

describe('a query of docs/audit.md', () => {
  let known: ReadonlySet<string> = new Set();
  beforeAll(async () => {
    const { cloud } = sandbox;
    const inputs = {
      'role-to-assume': 'arn:aws:iam::222233334444:role/hub-deploy',
      'role-chain': 'arn:aws:iam::444455556666:role/spoke-deploy',
      'source-identity': 'octocat',
      'verify-credentials': 'true',
    };
    expect((await runAction(inputs, { cloud })).error).toBeUndefined();
    await runAction(inputs, { cloud, run: { ref: 'refs/heads/feature' } });
    known = new Set(cloud.trail.flatMap((event) => pathsOf(event)));
  });

  test.each(queries)('%s: reads fields that events have', (_, sql) => {
    const fields = fieldsOf(sql);
    expect(fields.length).toBeGreaterThan(3);
    expect(fields.filter((field) => !known.has(field))).toEqual([]);
  });

  test.each(queries)('%s: names columns that its table has', (_, sql) => {
    const table: Readonly<Record<string, string>> = sql.includes('cloudtrail_logs')
      ? ATHENA_COLUMNS
      : LAKE_COLUMNS;
    const paths = [...sql.matchAll(/\buseridentity((?:\.[a-z]+)+)/gi)].map(([, path = '']) => path);
    const unknown = paths.flatMap((path) =>
      path
        .slice(1)
        .toLowerCase()
        .split('.')
        .filter((part) => !new RegExp(String.raw`\b${part} `).test(table['useridentity'] ?? '')),
    );
    expect(unknown).toEqual([]);
  });
});
