import { dirname, join } from 'node:path';
import { untilDone } from './platform/exit-code.js';
import { reportLastResort } from './platform/last-resort.js';
import { runRewrite } from './rewrite-uses/command.js';
import { publishedReference } from './rewrite-uses/published.js';

async function main([, script = '', ...args]: readonly string[]): Promise<void> {
  const print = (text: string): void => void process.stdout.write(text);
  const printError = (line: string): void => void process.stderr.write(`${line}\n`);
  const published = publishedReference(join(dirname(script), '..', '..', 'package.json'));
  await untilDone(process, () => runRewrite(args, '.', { print, printError, published }), printError);
}

main(process.argv)
  .catch((thrown: unknown) => {
    process.exitCode = 2;
    reportLastResort(process, 'error', thrown);
  })
  .finally(() => process.stdout.write('', () => process.exit()));
