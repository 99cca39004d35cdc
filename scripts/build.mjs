// Bundles what tsc compiled (build/src) into dist/: one folder per entry point, CommonJS, with the licences of what is
// in it. The same input gives the same bytes: ids and names depend on content alone.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ncc from '@vercel/ncc';
import { readLicences, writeLicences } from './bundle-licences.mjs';
import { writeShims } from './bundle-shims.mjs';
import { smaller } from './bundle-text.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const build = join(root, 'build');
const dist = join(root, 'dist');
const entries = ['main', 'post', 'drop', 'credential-process', 'credential-endpoint', 'check-trust'];

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
      paths: { ...esModulesOf('@aws-sdk', '@smithy'), ...writeShims(root, build) },
    },
  }),
);
process.chdir(build);

/** The licences of each entry point's packages. */
const licences = new Map();

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`);

for (const entry of entries) {
  const { code, assets } = await ncc(join(build, 'src', `${entry}.js`), options);
  const folder = join(dist, entry);
  mkdirSync(folder);
  // The entry's own code keeps its names, for whoever reads it or a stack trace; the libraries' chunks need not.
  writeFileSync(join(folder, 'index.js'), await smaller(code, { compress: false, mangle: false }));
  for (const [name, { source }] of Object.entries(assets)) {
    const text = String(source);
    const content = name.endsWith('.js') ? await smaller(text, { compress: true, mangle: true }) : text;
    if (name === options.license) licences.set(entry, readLicences(content));
    else writeFileSync(join(folder, name), isInMain(entry, name, content) ? linkToMain(name) : content);
  }
}
writeLicenceFiles();

/** Chunks have the same name and bytes wherever the same modules are in them: the AWS SDK is there once. */
function isInMain(entry, name, content) {
  const path = join(dist, 'main', name);
  return entry !== 'main' && existsSync(path) && readFileSync(path, 'utf8') === content;
}

function linkToMain(name) {
  return `module.exports = require('../main/${name}');\n`;
}

/** An entry point whose packages are all among main's has its licences there. */
function writeLicenceFiles() {
  for (const [entry, packages] of licences) {
    const isKnown = entry !== 'main' && [...packages.keys()].every((name) => licences.get('main')?.has(name));
    if (!isKnown) writeFileSync(join(dist, entry, options.license), writeLicences(packages));
  }
}

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
