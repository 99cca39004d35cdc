// Bundles what tsc compiled (build/src) into dist/: one folder per entry point and one for what they share, CommonJS,
// with the licences of what is in it. The same input gives the same bytes: ids and names depend on content alone.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ncc from '@vercel/ncc';
import { linkChunks, writeEntries } from './bundle-chunks.mjs';
import { readLicences, writeLicences } from './bundle-licences.mjs';
import { writeShims } from './bundle-shims.mjs';
import { smaller } from './bundle-text.mjs';
import { checkLicences } from './licence-gate.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const build = join(root, 'build');
const dist = join(root, 'dist');
const entries = [
  'main',
  'post',
  'drop',
  'credential-process',
  'credential-endpoint',
  'check-trust',
  'rewrite-uses',
];

/** The step's own code: whoever reads it, or a stack trace, finds its functions by their names. */
const READABLE = new Set(
  ['main', 'post', 'drop', 'credential-process', 'credential-endpoint'].map((name) => `${name}/index.js`),
);
const KEEP_FUNCTIONS = { keep_fnames: true, keep_classnames: true };

const options = {
  cache: false,
  quiet: true,
  license: 'licenses.txt',
  // CommonJS: in an ES module, `import 'node:http'` makes Node load its own fetch as well, about 30 ms.
  esm: false,
};

// ncc takes the CommonJS form of the AWS SDK, of which nothing can be left out. It reads `paths` from the tsconfig.json
// of the working directory, and these lead it to the ES modules: less than half of the SDK is left.
writeFileSync(
  join(build, 'tsconfig.json'),
  JSON.stringify({
    compilerOptions: {
      allowJs: true,
      baseUrl: '.',
      paths: { ...esModulesOf('@aws-sdk', '@smithy'), ...writeShims(build) },
    },
  }),
);
// No module does anything when it is imported, so that one of which nothing is used is left out: above all what the
// shims lead to.
writeFileSync(join(build, 'package.json'), `${JSON.stringify({ type: 'module', sideEffects: false })}\n`);
process.chdir(build);

writeFileSync(join(build, 'entries.js'), writeEntries(entries));
const { code, assets } = await ncc(join(build, 'entries.js'), options);
// On its own: what only the sandbox needs must not move a byte of what runs in other jobs.
// By an import(), as above: of a bundle that begins with its modules, ncc gives the licences of the last chunk alone.
writeFileSync(join(build, 'sandbox-entry.js'), "import('./sandbox/main.js');\n");
const sandbox = await ncc(join(build, 'sandbox-entry.js'), options);

rmSync(dist, { recursive: true, force: true });
for (const folder of [...entries, 'chunks']) mkdirSync(join(dist, folder), { recursive: true });
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`);
writeFileSync(
  join(dist, options.license),
  writeLicences(checkLicences(readLicences(String(assets[options.license].source)), root)),
);
const files = linkChunks(entries, { code, assets, home: 'main' });
for (const [name, text] of files) {
  const isReadable = READABLE.has(name);
  const how = { compress: !isReadable, mangle: isReadable ? KEEP_FUNCTIONS : true };
  writeFileSync(join(dist, name), await smaller(text, how));
}

mkdirSync(join(dist, 'sandbox'));
for (const [name, { source }] of Object.entries(sandbox.assets)) {
  if (!name.endsWith('.js')) continue;
  writeFileSync(join(dist, 'sandbox', name), await smaller(String(source), { compress: true, mangle: true }));
}
writeFileSync(
  join(dist, 'sandbox', 'index.js'),
  await smaller(sandbox.code, { compress: true, mangle: true }),
);
writeFileSync(
  join(dist, 'sandbox', options.license),
  writeLicences(checkLicences(readLicences(String(sandbox.assets[options.license].source)), root)),
);

/** Where the ES modules of each package of these scopes are, by the names they are imported by. */
function esModulesOf(...scopes) {
  const paths = {};
  for (const scope of scopes) {
    for (const name of readdirSync(join(root, 'node_modules', scope)).sort()) {
      const modules = join(root, 'node_modules', scope, name, 'dist-es');
      if (existsSync(join(modules, 'index.js'))) paths[`${scope}/${name}`] = [join(modules, 'index.js')];
      const submodules = join(modules, 'submodules');
      for (const submodule of existsSync(submodules) ? readdirSync(submodules).sort() : []) {
        paths[`${scope}/${name}/${submodule}`] = [join(submodules, submodule, 'index.js')];
      }
    }
  }
  return paths;
}
