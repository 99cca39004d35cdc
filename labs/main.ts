/** `npm run lab`: exercises with AWS's roles, on a local AWS that really checks. */
import { awsCli, findAwsCli } from './engine/aws-cli.js';
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
  const client = options.useSdk ? sdkClient : await bestClient();
  let failed = 0;
  for (const lab of chosen) {
    const { isGood } = await runLab(lab, { transcript: out, client });
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

async function bestClient(): Promise<LabRun['client']> {
  const found = await findAwsCli();
  return found === undefined ? sdkClient : (folder) => awsCli(found.path, found.version, folder);
}

// What Node's version will be too old for some day is not this exercise's subject.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
