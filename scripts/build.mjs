// Bundles what tsc compiled (build/src) into dist/: one folder per entry point, CommonJS, with the licences of what is
// in it. The same input gives the same bytes: ids and names depend on content alone.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from '@swc/core';
import ncc from '@vercel/ncc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const entries = ['main', 'post'];

const options = {
  cache: false,
  quiet: true,
  license: 'licenses.txt',
  // CommonJS: in an ES module, `import 'node:http'` makes Node load its own fetch as well, about 30 ms.
  esm: false,
  // GitHub's toolkit brings an HTTP client that brings undici, 600 kB. The parts in use here, the job summary and the
  // event payload, never make a request, so undici is left out and its name leads to a module of Node's own.
  externals: { undici: 'node:http' },
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`);

for (const entry of entries) {
  const { code, assets } = await ncc(join(root, 'build', 'src', `${entry}.js`), options);
  const folder = join(dist, entry);
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.js'), await withoutComments(code));
  for (const [name, { source }] of Object.entries(assets)) {
    const text = String(source);
    writeFileSync(join(folder, name), name.endsWith('.js') ? await withoutComments(text) : text);
  }
}

/** White space and comments go, names stay: a third smaller, and a stack trace is still readable. */
async function withoutComments(source) {
  const { code } = await minify(source, {
    compress: false,
    mangle: false,
    module: false,
    ecma: 2022,
    format: { comments: false },
  });
  return `${code}\n`;
}
