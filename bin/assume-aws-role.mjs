#!/usr/bin/env node
// What npx runs for `assume-aws-role COMMAND`: the bundles of dist/, so that nothing is built or installed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);

/** Each command by its bundle, which reads its own arguments. */
const COMMANDS = {
  'check-trust': { bundle: 'dist/check-trust/index.js', about: 'tests trust policies, or writes them' },
  'rewrite-uses': {
    bundle: 'dist/rewrite-uses/index.js',
    about: 'makes workflows use this action, and reports what needs a look',
  },
  sandbox: {
    bundle: 'dist/sandbox/index.js',
    about: "stands in for GitHub's tokens and AWS STS, to test workflows",
  },
};

const USAGE = `assume-aws-role COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, { about }]) => `  ${name.padEnd(12)}  ${about}`)
  .join('\n')}

  --help        prints this; after a command, what the command takes
  --version     prints the version`;

const [name = '', ...args] = process.argv.slice(2);

if (Object.hasOwn(COMMANDS, name)) {
  const bundle = fileURLToPath(new URL(COMMANDS[name].bundle, root));
  // Without any argument the bundle is the action.
  process.argv = [process.argv[0], bundle, ...(args.length > 0 ? args : ['--'])];
  createRequire(import.meta.url)(bundle);
} else if (name === '--version') {
  console.log(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).version);
} else if (name === '--help' || name === '-h') {
  console.log(USAGE);
} else {
  console.error(name === '' ? USAGE : `unknown command ${JSON.stringify(name)}\n\n${USAGE}`);
  process.exitCode = 2;
}
