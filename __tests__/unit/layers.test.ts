import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * src/ from top to bottom; docs/architecture.md says what each is for. A module imports from further down, or from its
 * own layer. A folder within a folder may be a layer of its own.
 */
const LAYERS = [
  'main.ts',
  'post.ts',
  'credential-process.ts',
  'check-trust.ts',
  'check-trust/',
  'exit-code.ts',
  'action.ts',
  'keep-existing.ts',
  'refresh/',
  'session.ts',
  'assume.ts',
  'run.ts',
  'inputs.ts',
  'inputs/',
  'guard.ts',
  'identity/',
  'roles/',
  'export/',
  'report/',
  'trust/explain/',
  'trust/lint/',
  'trust/oidc/',
  'trust/evaluate/',
  'trust/language/',
  'undo.ts',
  'toolkit.ts',
  'state-directory.ts',
  'aws-files/',
  'lock.ts',
  'retry.ts',
  'retry-advice.ts',
  'http.ts',
  'connect.ts',
  'deadline.ts',
  'http-errors.ts',
  'proxy.ts',
  'runner.ts',
  'command-file.ts',
  'last-resort.ts',
  'input-kinds.ts',
  'regions.ts',
  'nearest.ts',
  'credentials.ts',
  'clock.ts',
  'errors.ts',
  'errno.ts',
  'record.ts',
  'yaml-document.ts',
  'text.ts',
];

/** Who imports from outside: everything that reaches the network, the disk, the clock or another's code. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  '@actions/core': ['toolkit.ts'],
  '@actions/github': ['toolkit.ts'],
  '@aws-sdk/client-sts': ['roles/sts-wire.ts', 'roles/sts.ts'],
  '@aws-sdk/core/client': ['roles/endpoint.ts'],
  '@aws-sdk/core/protocols': ['roles/sts-wire.ts'],
  '@aws-sdk/credential-provider-node': ['roles/ambient.ts'],
  '@smithy/core/checksum': ['roles/signer.ts'],
  '@smithy/core/protocols': ['roles/sts-wire.ts'],
  '@smithy/core/schema': ['roles/sts-wire.ts'],
  '@smithy/core/serde': ['roles/sts-wire.ts'],
  '@smithy/signature-v4': ['roles/signer.ts'],
  '@smithy/types': ['roles/ambient.ts', 'roles/sdk-http.ts', 'roles/sts-wire.ts', 'roles/sts.ts'],
  'node:crypto': ['aws-files/restore.ts'],
  'node:fs': [
    'aws-files/file.ts',
    'aws-files/restore.ts',
    'check-trust/sources/files.ts',
    'command-file.ts',
    'credential-process.ts',
    'identity/ambient-files.ts',
    'identity/token-file.ts',
    'lock.ts',
    'refresh/state.ts',
    'refresh/store.ts',
    'refresh/surroundings.ts',
    'report/explanation.ts',
    'report/job-summary.ts',
    'state-directory.ts',
  ],
  'node:fs/promises': ['identity/token-file.ts'],
  'node:http': ['connect.ts', 'http.ts'],
  'node:net': ['connect.ts', 'http.ts', 'proxy.ts', 'trust/compare-ip.ts'],
  'node:os': ['lock.ts', 'refresh/profile.ts', 'runner.ts'],
  'node:path': [
    'aws-files/file.ts',
    'aws-files/restore.ts',
    'check-trust/sources/files.ts',
    'export/profile.ts',
    'identity/ambient-files.ts',
    'identity/token-file.ts',
    'refresh/profile.ts',
    'refresh/state.ts',
    'refresh/store.ts',
    'refresh/surroundings.ts',
    'report/explanation.ts',
    'state-directory.ts',
  ],
  'node:timers/promises': ['clock.ts'],
  'node:tls': ['connect.ts'],
  'node:util': ['check-trust/command.ts', 'credentials.ts'],
  yaml: ['check-trust/yaml-tree.ts', 'yaml-document.ts'],
};

/**
 * Who touches the process itself; those that are no entry points want its platform, user or id alone. Nobody reads
 * process.env: the entry points hand it over.
 */
const PROCESS = [
  'aws-files/file.ts',
  'check-trust.ts',
  'credential-process.ts',
  'identity/token-file.ts',
  'lock.ts',
  'main.ts',
  'post.ts',
  'refresh/profile.ts',
  'refresh/state.ts',
  'runner.ts',
  'undo.ts',
];

const source = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .sort();

interface Module {
  /** Without comments. */
  readonly code: string;
  /** What it imports, types and import() included: files of src/ by their path in it, all else by its name. */
  readonly imports: readonly string[];
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)'([^']+)'/gm;

function readModule(path: string): Module {
  const code = readFileSync(join(source, path), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const imports = [...code.matchAll(IMPORT)].map(([, name = '']) =>
    name.startsWith('.') ? posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts') : name,
  );
  return { code, imports: [...new Set(imports)] };
}

const modules = new Map(files.map((path) => [path, readModule(path)]));

/** The innermost folder that has a layer of its own, otherwise the outermost one. */
function layerOf(path: string): string {
  const holding = LAYERS.filter((layer) => layer.endsWith('/') && path.startsWith(layer));
  return holding.sort((a, b) => b.length - a.length)[0] ?? path.replace(/\/.*$/, '/');
}
const importsOf = (path: string): readonly string[] => modules.get(path)?.imports ?? [];

test('every file of src/ has its layer, and every layer has a file', () => {
  expect([...new Set(files.map(layerOf))].sort()).toEqual([...LAYERS].sort());
});

test('imports lead down, or stay in their folder', () => {
  const upward = files.flatMap((path) =>
    importsOf(path)
      .filter((imported) => modules.has(imported) && layerOf(imported) !== layerOf(path))
      .filter((imported) => LAYERS.indexOf(layerOf(imported)) < LAYERS.indexOf(layerOf(path)))
      .map((imported) => `${path} imports ${imported}`),
  );
  expect(upward).toEqual([]);
});

test('imports make no circle', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (done.has(path) || way.includes(path)) return;
    for (const imported of importsOf(path)) if (modules.has(imported)) visit(imported, [...way, path]);
    done.add(path);
  };
  for (const path of files) visit(path, []);
  expect(circles).toEqual([]);
});

test('what is outside src/ comes in where it is said to', () => {
  const found: Record<string, string[]> = {};
  for (const path of files) {
    for (const imported of importsOf(path)) {
      if (!modules.has(imported)) found[imported] = [...(found[imported] ?? []), path];
    }
  }
  expect(found).toEqual(OUTSIDE);
});

test('the process is touched by the entry points, and otherwise where it is said to', () => {
  const touching = files.filter((path) => /\bprocess(?=[.?)[])/.test(modules.get(path)?.code ?? ''));
  expect(touching).toEqual(PROCESS);
  expect(files.filter((path) => modules.get(path)?.code.includes('process.env'))).toEqual([
    'credential-process.ts',
  ]);
});
