// What the bundle takes instead of a whole package: narrower ways into it, written below build/. Each says what it
// leaves out; where a package has changed so that a shim no longer fits, the build fails.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceOnce } from './bundle-text.mjs';

// From build/. No absolute path: modules are numbered by their paths, and would be others on another machine.
const MODULES = '../node_modules';

/** The job summary alone: the package's root brings an HTTP client, an OIDC client and undici. */
const JOB_SUMMARY = `export { summary } from '${MODULES}/@actions/core/lib/summary.js';\n`;

/** The event payload alone, as the package's root makes it, which brings GitHub's REST client: 100 kB. */
const EVENT_PAYLOAD = `import { Context } from '${MODULES}/@actions/github/lib/context.js';
export const context = new Context();
`;

/**
 * Writes the shims into `build`.
 * @returns the file for each name that is to be imported from there
 */
export function writeShims(root, build) {
  const shims = {
    '@actions/core': ['shim-actions-core.js', JOB_SUMMARY],
    '@actions/github': ['shim-actions-github.js', EVENT_PAYLOAD],
    '@smithy/core/serde': ['shim-smithy-serde.js', serdeWithoutCrypto(root)],
  };
  return Object.fromEntries(
    Object.entries(shims).map(([name, [file, text]]) => {
      writeFileSync(join(build, file), text);
      return [name, [join(build, file)]];
    }),
  );
}

/**
 * Without `node:crypto`, which takes 4 ms to load, and is there only for the tokens of calls that must not be repeated;
 * STS has none.
 */
function serdeWithoutCrypto(root) {
  const directory = 'node_modules/@smithy/core/dist-es/submodules/serde';
  const text = readFileSync(join(root, directory, 'index.js'), 'utf8');
  const changes = [
    ['import { getRandomValues } from "node:crypto";\n', ''],
    ['import { bindV4 } from "./uuid/v4";\n', ''],
    [
      'const _getRandomValues = getRandomValues;\nexport const v4 = bindV4(_getRandomValues);\n',
      'export const v4 = () => globalThis.crypto.randomUUID();\n',
    ],
  ];
  // In an ES module of ours a file's whole name is asked for; what ncc does not find it leaves for the run to find.
  return changes
    .reduce(replaceOnce, text)
    .replace(/ from "\.\/([^"]+)";/g, (_, file) => ` from "../${directory}/${file}.js";`);
}
