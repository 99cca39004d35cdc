// All entry points are bundled at once, so that a chunk is the same for each of them, and is there once. What comes out
// is put into files here: a start (index.js) for each entry point, with the modules that it begins with, and the chunks
// that it loads later.
import { replaceOnce, splitOnce } from './bundle-text.mjs';

/** Where the bundler's runtime ends, and the module begins that it was given. */
const BEGIN = '\nvar __webpack_exports__ = {};\n';
const CHUNK =
  /^("use strict";\n)?exports\.id = \d+;\nexports\.ids = \[([\d,]+)\];\nexports\.modules = \{([\s\S]*)\};\n;?$/;
/** `import()` as the bundler writes it: the chunks to load, and the module that is wanted of them. */
const IMPORT =
  /(?:\[([^\]]+)\]\)|\.e\(\/\* import\(\) \*\/ (\d+)\))\.then\(__(?:nccwpck|webpack)_require__\.bind\(\w+, (\d+)\)\)/g;

/** What is to be bundled: an `import()` for each entry point, in their order. */
export function writeEntries(entries) {
  const imports = entries.map((entry) => `() => import('./src/${entry}.js')`);
  return `export const entries = [${imports.join(', ')}];\n`;
}

/**
 * Puts a bundle of `writeEntries` into files.
 * @param home the entry point whose start the others take its chunks from
 * @returns the text of each file, by its path below dist/
 */
export function linkChunks(entries, { code, assets, home }) {
  const chunks = readChunks(assets);
  const [runtime, begin] = splitOnce(code, BEGIN);
  const starts = importsIn(begin);
  if (starts.length !== entries.length)
    throw new Error('The bundler writes import() in another way than it did.');
  const imports = [...chunks.values()].flatMap(({ body }) => importsIn(body));
  const isLater = (id) => imports.some(({ load }) => load.includes(id));

  const files = new Map();
  for (const id of chunks.keys()) if (isLater(id)) files.set(id, `chunks/${fullestChunk(id, chunks)}.js`);
  for (const id of starts[entries.indexOf(home)].load) files.set(id, `${home}/index.js`);

  const chunkFiles = [...new Set(files.values())].filter((file) => file.startsWith('chunks/'));
  const startFiles = entries.map((entry, index) => {
    const { load, start } = starts[index];
    const others = load.filter((id) => files.get(id)?.startsWith('chunks/'));
    const own = writeChunk(
      load.filter((id) => !others.includes(id)),
      chunks,
    );
    const run = runtimeOf(runtime, files, own.ids);
    const loadOthers = others.map((id) => `__nccwpck_require__.e(${id});\n`).join('');
    const condition = entry === home ? 'if (require.main === module) ' : '';
    const text = `${own.text}${condition}${run}${loadOthers}__nccwpck_require__(${start});\n})();\n`;
    return [`${entry}/index.js`, text];
  });
  return new Map([
    ...startFiles,
    ...chunkFiles.map((file) => {
      const ids = [...files].filter(([, other]) => other === file).map(([id]) => id);
      return [file, writeChunk(ids, chunks).text];
    }),
  ]);
}

/** By its number: which others a chunk stands for as well, and its modules as text. */
function readChunks(assets) {
  const names = Object.keys(assets).filter((name) => name.endsWith('.index.js'));
  return new Map(
    names.map((name) => {
      const [, strict = '', ids, body] = CHUNK.exec(String(assets[name].source)) ?? [];
      if (body === undefined)
        throw new Error(`The bundler writes a chunk in another way than it did: ${name}`);
      return [Number.parseInt(name, 10), { strict, ids: ids.split(',').map(Number), body }];
    }),
  );
}

function importsIn(text) {
  return [...text.matchAll(IMPORT)].map(([, many, one, start]) => {
    const load = many === undefined ? [one] : many.match(/\d+/g);
    return { load: load.map(Number), start: Number(start) };
  });
}

/** A chunk that is little more than this one, where there is one: the same chunk, for whoever has less already. */
function fullestChunk(id, chunks) {
  const size = chunks.get(id).body.length;
  const [fullest] = [...chunks]
    .filter(([, { ids, body }]) => ids.includes(id) && body.length < size * 2)
    .sort(([, one], [, other]) => other.body.length - one.body.length);
  return fullest[0];
}

/** Several chunks as one. */
function writeChunk(ids, chunks) {
  const parts = ids.filter((id) => !ids.some((other) => other !== id && chunks.get(other).ids.includes(id)));
  const all = [...new Set(parts.flatMap((id) => chunks.get(id).ids))].sort((one, other) => one - other);
  const bodies = parts.map((id) => chunks.get(id).body.trim());
  const [strict, ...others] = new Set(parts.map((id) => chunks.get(id).strict));
  if (others.length > 0) throw new Error(`Strict and sloppy code in one file: ${parts}`);
  return {
    ids: all,
    text: `${strict}exports.ids = [${all}];\nexports.modules = {\n${bodies.join(',\n')}\n};\n`,
  };
}

/** The runtime, with these chunks in it already. */
function runtimeOf(runtime, files, ids) {
  const elsewhere = [...files].filter(([id, file]) => file !== `chunks/${id}.js`);
  const table = `{${elsewhere.map(([id, file]) => `${id}: "${file}"`).join(', ')}}`;
  const changes = [
    ['require("./" + __nccwpck_require__.u(chunkId))', 'require("../" + __nccwpck_require__.u(chunkId))'],
    ['return "" + chunkId + ".index.js";', `return ${table}[chunkId] ?? "chunks/" + chunkId + ".js";`],
    ['var installedChunks = {', `var installedChunks = {${ids.map((id) => `${id}: 1, `).join('')}`],
  ];
  return `${changes.reduce(replaceOnce, runtime)}\nObject.assign(__nccwpck_require__.m, exports.modules);\n`;
}
