/** `npm run lab`: exercises with AWS's roles, on a local AWS that really checks. */
import { awsCli, findAwsCli, readsEndpoint } from './engine/aws-cli.js';
import { type Lab, type LabRun, runLab } from './engine/lab.js';
import { scriptOf } from './engine/record.js';
import { sdkClient } from './engine/sdk-client.js';
import { Transcript } from './engine/transcript.js';
import { LABS } from './labs.js';
import { parseOptions, USAGE } from './options.js';

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const out = new Transcript(process.stdout, process.env);
  if (options.help) {
    out.line(USAGE);
    return 0;
  }
  if (options.labs.length === 0) {
    for (const { number, title } of LABS) out.line(`${number}  ${title}`);
    out.line('\nnpm run lab -- 01 runs one; labs/README.md has a page for each.');
    return 0;
  }
  const chosen = LABS.filter(({ number }) => options.labs.includes(number));
  if (options.commands) return printCommands(chosen);
  const found = options.useSdk ? undefined : await findAwsCli();
  let failed = 0;
  for (const lab of chosen) {
    const { isGood } = await runLab(lab, { transcript: out, client: clientFor(lab, found) });
    out.line(isGood ? '\n→ All as it should be.\n' : '\n→ Not as it should be.\n');
    failed += isGood ? 0 : 1;
  }
  return failed === 0 ? 0 : 1;
}

/** Without the transcript: the labs are run to know their commands. */
async function printCommands(labs: readonly Lab[]): Promise<number> {
  const silent = new Transcript({ write: () => true }, {});
  for (const lab of labs) {
    const { isGood, records } = await runLab(lab, { transcript: silent, client: sdkClient });
    if (!isGood) return 1;
    process.stdout.write(scriptOf(records));
  }
  return 0;
}

function clientFor(
  { needsEndpointVariable = false }: Lab,
  cli: Awaited<ReturnType<typeof findAwsCli>>,
): LabRun['client'] {
  if (cli === undefined || (needsEndpointVariable && !readsEndpoint(cli.version))) return sdkClient;
  return (folder) => awsCli(cli.path, cli.version, folder);
}

// What Node's version will be too old for some day is not this exercise's subject.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// So that the files of a lab go with it, and a reader who has seen enough can close the pipe.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.stdout.on('error', () => process.exit(141));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
