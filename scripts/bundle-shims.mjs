// What the bundle takes instead of a whole package: narrower ways into it, written below build/. Each says what it
// leaves out; where a package has changed so that a shim no longer fits, the build fails.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
export function writeShims(build) {
  const shims = {
    '@actions/core': ['shim-actions-core.js', JOB_SUMMARY],
    '@actions/github': ['shim-actions-github.js', EVENT_PAYLOAD],
  };
  return Object.fromEntries(
    Object.entries(shims).map(([name, [file, text]]) => {
      writeFileSync(join(build, file), text);
      return [name, [join(build, file)]];
    }),
  );
}
