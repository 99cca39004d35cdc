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
  'drop.ts',
  'credential-process.ts',
  'credential-endpoint.ts',
  'check-trust.ts',
  'rewrite-uses.ts',
  'rewrite-uses/',
  'check-trust/',
  'check-trust/suggest/',
  'check-trust/migrate/',
  'check-trust/output/',
  'check-trust/workflows/',
  'check-trust/sources/',
  'action.ts',
  'audit/',
  'role-map/',
  'refresh/',
  'session/',
  'identity/',
  'chain/',
  'export/',
  'cleanup/',
  'sts/',
  'inputs/',
  'report/',
  'trust/explain/',
  'trust/lint/',
  'trust/reach/',
  'trust/oidc/',
  'trust/authorize/',
  'trust/evaluate/',
  'trust/language/',
  'platform/',
  'core/',
];

/** Who imports from outside: everything that reaches the network, the disk, the clock or another's code. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  '@actions/core': ['platform/toolkit.ts'],
  '@actions/github': ['platform/toolkit.ts'],
  '@aws-sdk/client-sts': ['sts/answer.ts', 'sts/client.ts'],
  '@aws-sdk/credential-provider-node': ['sts/default-credentials.ts'],
  '@aws-sdk/xml-builder': ['sts/protocol.ts'],
  '@smithy/core/checksum': ['sts/signer.ts'],
  '@smithy/signature-v4': ['sts/signer.ts'],
  '@smithy/types': ['sts/default-credentials.ts', 'sts/sdk-http.ts'],
  'node:child_process': [
    'credential-endpoint.ts',
    'export/run-script.ts',
    'platform/background.ts',
    'platform/git.ts',
  ],
  'node:crypto': [
    'cleanup/profile-section.ts',
    'refresh/endpoint-server.ts',
    'refresh/endpoint-sink.ts',
    'role-map/roles-file.ts',
  ],
  'node:fs': [
    'check-trust/output/write-file.ts',
    'check-trust/sources/file-tree.ts',
    'check-trust/sources/streams.ts',
    'check-trust/workflows/own-workflows.ts',
    'cleanup/endpoint.ts',
    'cleanup/job-record.ts',
    'cleanup/job-records.ts',
    'cleanup/profile-section.ts',
    'cleanup/refresh-state.ts',
    'cleanup/undo-usual.ts',
    'cleanup/undo.ts',
    'credential-endpoint.ts',
    'export/run-script.ts',
    'identity/token-file.ts',
    'platform/append.ts',
    'platform/background.ts',
    'platform/in-use.ts',
    'platform/lock.ts',
    'platform/private-file.ts',
    'platform/this-process.ts',
    'refresh/endpoint-sink.ts',
    'refresh/saved-environment.ts',
    'refresh/state.ts',
    'refresh/store.ts',
    'refresh/token-file-sink.ts',
    'report/policy-text.ts',
    'report/write-summary.ts',
    'rewrite-uses/files.ts',
    'rewrite-uses/published.ts',
    'role-map/roles-file.ts',
    'sts/default-credential-files.ts',
  ],
  'node:fs/promises': ['identity/token-file.ts'],
  'node:http': [
    'platform/connect.ts',
    'platform/connections.ts',
    'platform/http.ts',
    'refresh/endpoint-server.ts',
  ],
  'node:net': [
    'check-trust/sources/streams.ts',
    'cleanup/endpoint.ts',
    'credential-endpoint.ts',
    'platform/connect.ts',
    'platform/connections.ts',
    'platform/proxy.ts',
    'refresh/endpoint-server.ts',
    'trust/evaluate/compare-ip.ts',
  ],
  'node:os': ['export/run-script.ts', 'platform/lock.ts', 'refresh/profile.ts', 'refresh/token-file-sink.ts'],
  'node:path': [
    'audit/audit-file.ts',
    'check-trust/base.ts',
    'check-trust/output/write-file.ts',
    'check-trust/sources/directory.ts',
    'check-trust/sources/file-tree.ts',
    'check-trust/sources/files.ts',
    'check-trust/sources/git-tree.ts',
    'check-trust/workflows/own-workflows.ts',
    'cleanup/endpoint.ts',
    'cleanup/job-record.ts',
    'cleanup/job-records.ts',
    'cleanup/profile-section.ts',
    'cleanup/refresh-state.ts',
    'credential-endpoint.ts',
    'export/run-script.ts',
    'identity/token-file.ts',
    'platform/git.ts',
    'platform/home-path.ts',
    'platform/names-beside.ts',
    'platform/private-file.ts',
    'refresh/endpoint-inputs.ts',
    'refresh/endpoint-sink.ts',
    'refresh/endpoint-start.ts',
    'refresh/profile.ts',
    'refresh/saved-environment.ts',
    'refresh/state.ts',
    'refresh/store.ts',
    'refresh/token-file-sink.ts',
    'report/policy-text.ts',
    'rewrite-uses.ts',
    'rewrite-uses/files.ts',
    'role-map/roles-file.ts',
    'sts/default-credential-files.ts',
  ],
  'node:timers/promises': ['cleanup/endpoint.ts'],
  'node:tls': ['platform/connect.ts'],
  'node:util': ['check-trust/command-line.ts', 'core/credentials.ts', 'rewrite-uses/command.ts'],
  yaml: ['check-trust/sources/yaml.ts', 'core/yaml-document.ts', 'rewrite-uses/steps.ts'],
};

/**
 * Who touches the process itself; those that are no entry points want its platform, program, user or id alone. Nobody reads
 * process.env: the entry points hand it over.
 */
const PROCESS = [
  'check-trust.ts',
  'cleanup/endpoint.ts',
  'cleanup/save-record.ts',
  'credential-endpoint.ts',
  'credential-process.ts',
  'drop.ts',
  'export/run-script.ts',
  'identity/token-file.ts',
  'main.ts',
  'platform/background.ts',
  'platform/git.ts',
  'platform/in-use.ts',
  'platform/lock.ts',
  'platform/monotonic.ts',
  'platform/private-file.ts',
  'platform/runner.ts',
  'post.ts',
  'refresh/profile.ts',
  'refresh/state.ts',
  'rewrite-uses.ts',
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
    'check-trust.ts',
    'credential-endpoint.ts',
    'credential-process.ts',
  ]);
});
