import { ActionError, invalidInputs } from '../core/errors.js';
import { quote } from '../core/text.js';
import { InputParseError, list } from '../inputs/parsers.js';
import { orYamlList } from '../inputs/yaml.js';
import type { Runner } from '../platform/runner.js';
import { writeSummary } from '../report/write-summary.js';
import { checkTrust, isFailure, parseFailOn } from './check.js';
import { parseIssuer, readExpectations } from './expectations.js';
import { annotationsOf } from './output/annotations.js';
import type { Expectation, FailOn } from './output/report.js';
import { decisionsJson, findingsJson } from './output/report-json.js';
import { failureText, reportLines } from './output/report-text.js';
import { summaryMarkdown } from './output/summary.js';
import { NoSuchFile, type PolicyFile, readPolicyFiles } from './sources/files.js';

/**
 * The second action: tests trust policies before they are deployed.
 * @throws ActionError
 */
export async function runCheck(runner: Runner): Promise<void> {
  const { files, expectations, failOn } = await readCheckInputs(runner);
  const report = await checkTrust(files, expectations);
  for (const line of reportLines(report)) runner.info(line);
  for (const one of annotationsOf(report)) runner.annotate(one.severity, one.message, one);
  runner.setOutputs(
    new Map([
      ['decisions', decisionsJson(report)],
      ['findings', findingsJson(report)],
    ]),
  );
  await writeSummary(runner, summaryMarkdown(report));
  if (isFailure(report, failOn)) {
    throw new ActionError('TRUST_POLICY', failureText(report, failOn), {
      hint: 'Each finding is annotated on its line; docs/trust-rules.md explains each rule.',
    });
  }
}

interface CheckInputs {
  readonly files: readonly PolicyFile[];
  readonly expectations: readonly Expectation[];
  readonly failOn: FailOn;
}

async function readCheckInputs(runner: Runner): Promise<CheckInputs> {
  const problems: string[] = [];
  const attempt = async <T>(name: string, read: () => T | Promise<T>, fallback: T): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      problems.push(`${name}: ${error.message}.`);
      return fallback;
    }
  };
  const issuer = await attempt('issuer', () => readIssuer(runner.input('issuer')), undefined);
  const files = await attempt('policy', () => readFiles(runner), []);
  const expectations: Expectation[] = [];
  for (const expected of ['allow', 'deny'] as const) {
    const name = `must-${expected}`;
    const read = () => readExpectations(runner.input(name), expected, issuer);
    expectations.push(...(await attempt(name, read, [])));
  }
  const failOn = parseFailOn(runner.input('fail-on') || 'error');
  if (failOn === undefined)
    problems.push(`fail-on: got ${quote(runner.input('fail-on'))}; allowed: error, warning or never.`);
  if (problems.length > 0 || failOn === undefined) throw invalidInputs(problems);
  return { files, expectations, failOn };
}

function readIssuer(text: string): string | undefined {
  return text === '' ? undefined : parseIssuer(text);
}

/** The input itself where it is JSON, else the files it names. */
async function readFiles(runner: Runner): Promise<readonly PolicyFile[]> {
  const policy = runner.input('policy');
  if (policy.startsWith('{')) return [{ path: 'policy', text: policy }];
  return readPolicyFiles(await readPatterns(policy), runner.env['GITHUB_WORKSPACE'] || '.');
}

/** One a line, separated by commas, or a YAML list. */
async function readPatterns(policy: string): Promise<readonly string[]> {
  try {
    return await orYamlList(list((raw) => raw))(policy);
  } catch (error) {
    if (!(error instanceof InputParseError)) throw error;
    const { allowed, problems } = error;
    throw new NoSuchFile(
      policy === '' ? 'it is required' : problems.join(' ').replace(/\.$/, '') || `allowed: ${allowed}`,
    );
  }
}
