import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/pages.js';

const read = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const page = read('docs', 'tested-with.md');
const installer = read('scripts', 'install-world.sh');
const go = read('e2e', 'clients', 'go', 'go.mod');

/** What a file pins, by the name in the page's tables. */
const PINS: readonly (readonly [name: string, text: string, pattern: RegExp])[] = [
  ['Windows under Wine 8.0', installer, /^NODE_WIN_VERSION=([\d.]+)/m],
  ['AWS CLI 1', installer, /^AWSCLI_1_VERSION=([\d.]+)/m],
  ['AWS CLI 1', read('e2e', 'clients', 'awscli-1.txt'), /^awscli==([\d.]+)/m],
  ['boto3', read('e2e', 'requirements.txt'), /^boto3==([\d.]+)/m],
  ['AWS SDK for JavaScript', read('package.json'), /"@aws-sdk\/client-sts": "([\d.]+)"/],
  ['AWS SDK for Go, version 2', go, /aws-sdk-go-v2 v([\d.]+)/],
  ['AWS SDK for Go, version 1', go, /aws-sdk-go v([\d.]+)/],
  ['AWS SDK for Java, version 2', read('e2e', 'clients', 'java', 'jars.txt'), /\/sts\/([\d.]+)\//],
  [
    'AWS SDK for Rust',
    read('e2e', 'clients', 'rust', 'Cargo.toml'),
    /^aws-sdk-sts = \{ version = "=([\d.]+)"/m,
  ],
  ['moto', read('e2e', 'requirements.txt'), /^moto==([\d.]+)/m],
  ['Keycloak', installer, /^KEYCLOAK_VERSION=([\d.]+)/m],
];

it.each(PINS)('the page names the version of %s that the tests use', (name, text, pattern) => {
  const version = pattern.exec(text)?.[1];
  expect(version).toBeDefined();
  const row = page.split('\n').find((line) => line.startsWith(`| ${name} |`));
  expect(row?.split('|')[2]).toContain(version);
});

it('says of every workflow that has not run yet that it has not', () => {
  const rows = page.split('\n').filter((line) => line.includes('systems.yml'));
  expect(rows.length).toBeGreaterThan(3);
  expect(rows.filter((line) => !line.includes('not run yet'))).toEqual([]);
});
