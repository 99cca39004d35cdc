import { parseArgs } from 'node:util';
import { oneLine } from '../core/text.js';
import { checkTrust, isFailure, parseFailOn } from './check.js';
import { parseIssuer, readExpectations } from './expectations.js';
import type { Expectation } from './output/report.js';
import { reportLines } from './output/report-text.js';
import { readPolicyFiles } from './sources/files.js';

const USAGE = `check-trust [options] FILE…

Tests trust policies: in JSON, Terraform, CloudFormation, SAM, CDK templates, serverless.yml, Pulumi previews, and
what aws iam get-account-authorization-details prints.

  --must-allow FILE   a YAML list of tokens that must be let in
  --must-deny FILE    a YAML list of tokens that must not
  --issuer URL        the issuer of the tokens
  --fail-on WHAT      error (default), warning or never`;

/** The check as a command: the text of the action, without GitHub. Returns the exit code: 0, 1, or 2 for misuse. */
export async function runCommand(
  args: readonly string[],
  directory: string,
  print: (line: string) => void,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'must-allow': { type: 'string' },
        'must-deny': { type: 'string' },
        issuer: { type: 'string' },
        'fail-on': { type: 'string', default: 'error' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const failOn = parseFailOn(values['fail-on']);
    if (values.help || positionals.length === 0 || failOn === undefined) {
      print(USAGE);
      return values.help ? 0 : 2;
    }
    const given = values.issuer;
    const issuer = given === undefined ? undefined : await option('issuer', () => parseIssuer(given));
    const expectations: Expectation[] = [];
    for (const expected of ['allow', 'deny'] as const) {
      const name = `must-${expected}` as const;
      const path = values[name];
      if (path === undefined) continue;
      const read = async () => {
        const [file] = readPolicyFiles([path], directory);
        return file ? readExpectations(file.text, expected, issuer) : [];
      };
      expectations.push(...(await option(name, read)));
    }
    const report = await checkTrust(readPolicyFiles(positionals, directory), expectations);
    for (const line of reportLines(report)) print(line);
    return isFailure(report, failOn) ? 1 : 0;
  } catch (error) {
    print(oneLine(error instanceof Error ? error.message : String(error)));
    return 2;
  }
}

/** What goes wrong with an option's value is said with the option's name. */
async function option<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new Error(`--${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
