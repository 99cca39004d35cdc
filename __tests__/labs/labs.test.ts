import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readsEndpoint } from '../../labs/engine/aws-cli.js';
import { type Lab, runLab } from '../../labs/engine/lab.js';
import { scriptOf } from '../../labs/engine/record.js';
import { sdkClient } from '../../labs/engine/sdk-client.js';
import { Transcript } from '../../labs/engine/transcript.js';
import { LABS } from '../../labs/labs.js';
import { parseOptions } from '../../labs/options.js';
import { page, ROOT } from '../support/pages.js';
import { rsaKeys } from '../support/rsa-keys.js';

async function run(lab: Lab) {
  let text = '';
  const transcript = new Transcript({ write: (chunk) => (text += chunk) }, {});
  const result = await runLab(lab, { transcript, client: sdkClient, cloud: { keys: rsaKeys } });
  return { ...result, text };
}

describe('a lab', () => {
  test.each(LABS.map((lab) => [`${lab.number} ${lab.name}`, lab] as const))(
    '%s finds all as it says, cleans up, and its page has its commands',
    async (_, lab) => {
      const { isGood, records, text } = await run(lab);
      expect(text).not.toContain('✗');
      expect(isGood).toBe(true);
      expect(text).toContain('# With the AWS SDK for JavaScript.');
      const commands = records.flatMap((record) => (record.kind === 'command' ? [record.command] : []));
      expect(text.match(/^\$ (?:\w+=\S+ )*aws /gm)).toHaveLength(commands.length);
      const named = (verb: string) =>
        commands.flatMap(
          (command) => new RegExp(`^iam ${verb}-(?:role|user) --\\S+ (\\S+)`).exec(command)?.[1] ?? [],
        );
      expect(named('delete').sort()).toEqual(named('create').sort());
      const { fences } = page(`labs/${lab.number}-${lab.name}/README.md`);
      expect(fences.find(({ language }) => language === 'sh')?.text).toBe(scriptOf(records).trimEnd());
    },
    60_000,
  );

  test('ends badly at the first thing that is not as it says, and goes no further', async () => {
    const lab: Lab = {
      number: '99',
      name: 'wrong',
      title: 'Wrong',
      run: async (bench) => {
        await bench.refused('admin', 's3 ls', 'AccessDenied', 'The administrator is refused');
        bench.claim('not reached', true);
      },
    };
    const { isGood, text } = await run(lab);
    expect(isGood).toBe(false);
    expect(text).toContain('✗ The administrator is refused');
    expect(text).not.toContain('not reached');
  });

  test('ends badly when a command that should work is refused, or with another code than it says', async () => {
    const failing = (number: string, body: Lab['run']): Lab => ({
      number,
      name: 'wrong',
      title: 'Wrong',
      run: body,
    });
    const missing = await run(
      failing('98', async (bench) => void (await bench.aws('admin', 's3 ls s3://nope'))),
    );
    expect(missing.text).toContain(
      'An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation',
    );
    expect(missing.text).toContain('✗ aws s3 ls succeeds');
    const other = await run(
      failing('97', async (bench) => {
        await bench.refused('admin', 'iam get-role --role-name nope', 'AccessDenied', 'Refused');
      }),
    );
    expect(other.text).toContain('(NoSuchEntity)');
    expect([missing.isGood, other.isGood]).toEqual([false, false]);
  });
});

describe('the command line of the labs', () => {
  test('takes numbers with and without a zero, and all', () => {
    expect(parseOptions(['2', '09']).labs).toEqual(['02', '09']);
    expect(parseOptions(['all']).labs).toEqual(LABS.map(({ number }) => number));
    expect(parseOptions([])).toEqual({ labs: [], commands: false, useSdk: false, help: false });
  });

  test.each([[['10']], [['x']], [['--bogus']]])('%j is an error', (args) => {
    expect(() => parseOptions(args)).toThrow();
  });

  test.each([
    ['1.29.0', true],
    ['1.22.34', false],
    ['2.9.19', false],
    ['2.13.1', true],
    ['3.0.0', true],
  ])('knows whether version %s of the AWS CLI can be told an endpoint by a variable: %s', (version, can) => {
    expect(readsEndpoint(version)).toBe(can);
  });

  test('is npm run lab, and the list of labs has a page for each', () => {
    const manifest: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
    expect(manifest.scripts.lab).toContain('build/labs/main.js');
    expect(page('labs/README.md').links.filter((link) => /^\d\d-/.test(link))).toEqual(
      LABS.map(({ number, name }) => `${number}-${name}/README.md`),
    );
  });
});
