import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTrust } from '../src/check-trust/check.js';
import { readExpectations } from '../src/check-trust/expectations.js';
import { readPolicyFiles } from '../src/check-trust/sources/files.js';
import { quote } from '../src/core/text.js';
import { customTags } from '../src/inputs/custom-tags.js';
import { list } from '../src/inputs/parsers.js';
import { roleChain } from '../src/inputs/role-chain.js';
import { sessionPolicy } from '../src/inputs/sts-parameters.js';
import { orYamlList } from '../src/inputs/yaml.js';
import { findSections } from '../src/platform/ini-sections.js';

/*
 * Times how long 1 MB of each kind of input takes to be read or refused: `npm run bench:inputs`. Each text is of a shape
 * that takes a reader which is not careful much longer than its length says. What takes more than `LIMIT_MS` of a
 * processor's time fails: by the clock it would depend on what else the machine does.
 */

const LENGTH = 1_000_000;
const LIMIT_MS = 10_000;

const of = (text: string): string => text.repeat(Math.ceil(LENGTH / text.length));
const numbered = (line: (index: number) => string): string => {
  const lines: string[] = [];
  for (let length = 0; length < LENGTH; ) {
    const text = line(lines.length);
    lines.push(text);
    length += text.length + 1;
  }
  return lines.join('\n');
};

const YAML: Readonly<Record<string, string>> = {
  'keys of one mapping': numbered((index) => `key${index}: v`),
  'keys in braces': `{${numbered((index) => `k${index}: v,`)}}`,
  'anchors, an alias each': numbered((index) => `- &a${index} x\n- *a${index}`),
  'aliases of one anchor': `- &a x\n${of('- *a\n')}`,
  'open brackets': of('['),
  'nested items': of('- '),
  'escapes that are none': `"${of('\\q')}"`,
  'anchors alone': of('&a '),
  'tags alone': of('!!str '),
  'tabs for blanks': of('\t- a\n'),
  'empty lines': `a:\n${of('\n')} b`,
};

const JSON_TEXTS: Readonly<Record<string, string>> = {
  'open brackets': `{"a":${of('[')}`,
  'nested lists': `{"a":${of('[').slice(0, LENGTH / 2)}${of(']').slice(0, LENGTH / 2)}}`,
  blanks: `{"a":${of(' ')}1}`,
  'one long text': `{"a":"${of('\\"')}"}`,
  'keys of one object': `{${numbered((index) => `"k${index}":1,`)}"z":1}`,
};

const trustPolicy = (subject: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': subject } },
    },
  });

const TRUST: Readonly<Record<string, string>> = {
  'variables without an end': trustPolicy(of('${')),
  variables: trustPolicy(of(`${'$'}{aws:a}`)),
  stars: trustPolicy(of('*a')),
  ...YAML,
};

type Read = () => unknown;

function textReads(): readonly (readonly [string, Read])[] {
  const each = (name: string, texts: Readonly<Record<string, string>>, read: (text: string) => unknown) =>
    Object.entries(texts).map(([shape, text]) => [`${name}: ${shape}`, () => read(text)] as const);
  const lists = { commas: of(','), items: of('a,'), quotes: `"${of('a')}"`, 'a YAML list': of('- a\n') };
  return [
    ...each('role-chain', YAML, roleChain),
    ...each('custom-tags', { ...YAML, ...JSON_TEXTS }, customTags),
    ...each('inline-session-policy', JSON_TEXTS, sessionPolicy),
    ...each('a list', lists, (text) => orYamlList(list((item) => item))(text)),
    ...each('must-allow', YAML, (text) => readExpectations(text, 'allow')),
    ...each('policy', TRUST, (text) => checkTrust([{ path: 'p.yml', text }], [])),
    ...each(
      'a shared file',
      { 'blanks in a header': `[a${of(' ')}b]\n`, headers: of('[a]\n'), 'open headers': of('[') },
      (text) => findSections(text, 'ci'),
    ),
    ...each('a message', { 'zero-width characters': of('\u200b'), brackets: of('##[') }, (text) =>
      quote(text),
    ),
  ];
}

/** Patterns are matched with paths of files that exist, so these are made. */
function patternReads(directory: string): readonly (readonly [string, Read])[] {
  const folder = join(directory, ...Array.from({ length: 40 }, () => 'aaaaaaaa'));
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < 50; index++) writeFileSync(join(folder, `${index}.json`), '{}');
  return ['**/a*', '**/', '*a', '**a'].map((part) => {
    const pattern = `${part.repeat(200)}z`;
    return [`policy, a pattern: 200 × ${part}`, () => readPolicyFiles([pattern], directory)] as const;
  });
}

async function time(read: Read): Promise<{ readonly ms: number; readonly answer: string }> {
  const start = process.cpuUsage();
  let answer = 'read';
  try {
    await read();
  } catch {
    answer = 'refused';
  }
  const { user, system } = process.cpuUsage(start);
  return { ms: (user + system) / 1000, answer };
}

const directory = mkdtempSync(join(tmpdir(), 'bench-inputs-'));
try {
  const slow: string[] = [];
  for (const [name, read] of [...textReads(), ...patternReads(directory)]) {
    const { ms, answer } = await time(read);
    console.log(`${ms.toFixed(0).padStart(7)} ms  ${answer.padEnd(8)} ${name}`);
    if (ms > LIMIT_MS) slow.push(name);
  }
  if (slow.length > 0) {
    console.error(`More than ${LIMIT_MS / 1000} s: ${slow.join('; ')}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
