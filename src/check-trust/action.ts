import { ActionError, invalidInputs } from '../core/errors.js';
import { quote } from '../core/text.js';
import { InputParseError, list } from '../inputs/parsers.js';
import { orYamlList } from '../inputs/yaml.js';
import type { Runner } from '../platform/runner.js';
import { writeSummary } from '../report/write-summary.js';
import type { Home, ReachOptions } from '../trust/reach/question.js';
import { type Base, openBase, pullRequestBase, readFilesBeside } from './base.js';
import { checkTrust, type Further, isFailure, parseFailOn, type ReachQuestions } from './check.js';
import { parseIssuer, readExpectations } from './expectations.js';
import { REACH_INPUTS, type ReachInput, type RunningRepository, readReachInputs } from './home.js';
import { annotationsOf } from './output/annotations.js';
import type { CheckReport, Expectation, FailOn, RoleExpectation } from './output/report.js';
import {
  changesJson,
  decisionsJson,
  expectationsJson,
  findingsJson,
  jobsJson,
  reachJson,
} from './output/report-json.js';
import { failureText, reportLines } from './output/report-text.js';
import { sarif } from './output/sarif.js';
import { summaryMarkdown } from './output/summary.js';
import { writeReport } from './output/write-file.js';
import { readRoleExpectations } from './role-expectations.js';
import { NoSuchFile, type PolicyFile } from './sources/files.js';

/**
 * The second action: tests trust policies before they are deployed.
 * @param now milliseconds from any origin, for the limit of each question
 * @throws ActionError
 */
export async function runCheck(runner: Runner, now?: () => number): Promise<void> {
  const { files, expectations, failOn, questions, ...more } = await readCheckInputs(runner);
  const further = furtherChecks(runner, { questions, ...more }, { now });
  const report = await checkTrust(files, expectations, questions && { ...questions, now }, further);
  for (const line of reportLines(report)) runner.info(line);
  for (const one of annotationsOf(report)) runner.annotate(one.severity, one.message, one);
  runner.setOutputs(
    new Map([
      ['decisions', decisionsJson(report)],
      ['findings', findingsJson(report)],
      ['reach', reachJson(report)],
      ['expectations', expectationsJson(report)],
      ['changes', changesJson(report)],
      ['jobs', jobsJson(report)],
    ]),
  );
  await writeSummary(runner, summaryMarkdown(report));
  writeSarif(runner, report);
  if (isFailure(report, failOn)) {
    throw new ActionError('TRUST_POLICY', failureText(report, failOn), {
      hint: 'Each finding is annotated on its line; docs/trust-rules.md explains each rule.',
    });
  }
}

function writeSarif(runner: Runner, report: CheckReport): void {
  const file = runner.input('sarif');
  if (file === '') return;
  try {
    writeReport(directoryOf(runner), file, sarif(report));
  } catch (error) {
    throw invalidInputs([`sarif: ${error instanceof Error ? error.message : String(error)}.`]);
  }
}

/** What is done with all roles together, by inputs that have been read. */
function furtherChecks(
  runner: Runner,
  { base, patterns, items, questions }: Pick<CheckInputs, 'base' | 'patterns' | 'items' | 'questions'>,
  options: ReachOptions,
): Further {
  const issuer = questions?.home.issuer ?? readIssuer(runner.input('issuer'));
  const comparison = base && {
    base,
    patterns,
    directory: directoryOf(runner),
    home: questions?.home ?? homeOf(runningRepository(runner), issuer),
    issuer,
    hasIntention: questions !== undefined,
    options,
  };
  const roleExpectations = items.length === 0 ? undefined : { items, path: 'expectations', issuer, options };
  return { comparison, roleExpectations };
}

function homeOf(running: RunningRepository | undefined, issuer: string | undefined): Home | undefined {
  return running && { ...running, issuer };
}

interface CheckInputs {
  readonly files: readonly PolicyFile[];
  /** What names the files. */
  readonly patterns: readonly string[];
  readonly base: Base | undefined;
  /** The expectations about roles. */
  readonly items: readonly RoleExpectation[];
  readonly expectations: readonly Expectation[];
  readonly failOn: FailOn;
  readonly questions: ReachQuestions | undefined;
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
  const base = await attempt('base', () => readBase(runner), undefined);
  const { files, patterns } = await attempt('policy', () => readFiles(runner, base), NO_FILES);
  const expectations: Expectation[] = [];
  for (const expected of ['allow', 'deny'] as const) {
    const name = `must-${expected}`;
    const read = () => readExpectations(runner.input(name), expected, issuer);
    expectations.push(...(await attempt(name, read, [])));
  }
  const texts = new Map<ReachInput, string>();
  for (const name of REACH_INPUTS) {
    texts.set(name, await attempt(name, () => withoutYaml(runner.input(name)), ''));
  }
  const questions = readReachInputs(
    (name) => texts.get(name) ?? '',
    issuer,
    runningRepository(runner),
    (name, problem) => void problems.push(`${name}: ${problem}.`),
    directoryOf(runner),
  );
  const known = { home: questions?.home, running: runningRepository(runner) };
  const readItems = () => readRoleExpectations(runner.input('expectations'), known);
  const items = await attempt('expectations', readItems, []);
  const failOn = parseFailOn(runner.input('fail-on') || 'error');
  if (failOn === undefined)
    problems.push(`fail-on: got ${quote(runner.input('fail-on'))}; allowed: error, warning or never.`);
  if (problems.length > 0 || failOn === undefined) throw invalidInputs(problems);
  return { files, patterns, base, items, expectations, failOn, questions };
}

/** A YAML list as one item a line. */
async function withoutYaml(text: string): Promise<string> {
  try {
    return await orYamlList((raw) => raw)(text);
  } catch (error) {
    if (!(error instanceof InputParseError)) throw error;
    throw new Error(`allowed: ${error.allowed || 'a list in valid YAML'}`);
  }
}

function runningRepository({ env }: Runner): RunningRepository | undefined {
  const repository = env['GITHUB_REPOSITORY'];
  const [ownerId, repositoryId] = [env['GITHUB_REPOSITORY_OWNER_ID'], env['GITHUB_REPOSITORY_ID']];
  return repository
    ? { repository, ownerId: ownerId || undefined, repositoryId: repositoryId || undefined }
    : undefined;
}

function readIssuer(text: string): string | undefined {
  return text === '' ? undefined : parseIssuer(text);
}

function directoryOf({ env }: Runner): string {
  return env['GITHUB_WORKSPACE'] || '.';
}

const NO_FILES = { files: [], patterns: [] };

/** The input itself where it is JSON, else the files it names. */
async function readFiles(
  runner: Runner,
  base: Base | undefined,
): Promise<Pick<CheckInputs, 'files' | 'patterns'>> {
  const policy = runner.input('policy');
  if (isInline(policy)) return { files: [{ path: 'policy', text: policy }], patterns: [] };
  const patterns = await readPatterns(policy);
  return { files: readFilesBeside(base, patterns, directoryOf(runner)), patterns };
}

const isInline = (policy: string): boolean => policy.startsWith('{');

/** What the input names, otherwise where a pull request began. */
function readBase(runner: Runner): Base | undefined {
  const given = runner.input('base');
  const isText = isInline(runner.input('policy'));
  const place = { directory: directoryOf(runner), env: runner.env };
  if (given !== '') {
    if (isText) throw new Error('policy is a text, so there are no files to compare');
    return openBase(given, place);
  }
  const found = isText ? undefined : pullRequestBase(place);
  if (typeof found !== 'string') return found;
  runner.info(`The policies are not compared with the base of the pull request: ${found}.`);
  return undefined;
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
