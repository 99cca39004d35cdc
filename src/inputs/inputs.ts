import { invalidInputs } from '../core/errors.js';
import { formatList, quoteUrl } from '../core/text.js';
import type { Runner } from '../platform/runner.js';
import { rolesOutsideAws } from './other-servers.js';
import { InputParseError } from './parsers.js';
import { type GivenInput, relationProblems, standInsFor } from './relations.js';
import { type Inputs, type ParsedInputs, RULES, type Rule } from './rules.js';
import { unknownInputProblems } from './unknown-inputs.js';

export type { InputName, Inputs, ParsedInputs } from './rules.js';

/** The inputs' names and the variables that stand in for them, for documentation and tests. */
export const INPUT_FALLBACKS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(RULES).map(([name, rule]) => [name, 'fallback' in rule ? rule.fallback : []]),
);

/** What is made of inputs that are each well by themselves, and what keeps them from going together. */
export interface Decision<T> {
  /** One line each, fit for an INPUT_INVALID error. */
  readonly problems: readonly string[];
  /** Undefined only where there are problems. */
  readonly value: T | undefined;
}

/**
 * The text of every input that was given, for a renewal, which finds the variables that stand in for others as they
 * were. Keys, assertions and codes cannot serve a renewal, so they are not kept; a proxy's password is needed again.
 */
export function inputTexts(runner: Runner): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, rule] of Object.entries<Rule<unknown>>(RULES)) {
    const raw = runner.input(name);
    if (raw !== '' && (!rule.secret || name === 'http-proxy')) texts[name] = raw;
  }
  return texts;
}

/**
 * Reads and checks every input. Secret ones are masked first.
 * @throws ActionError INPUT_INVALID that tells every problem at once
 */
export async function readInputs(runner: Runner): Promise<Inputs> {
  return (await readInputsAnd(runner, async () => ({ problems: [], value: true }))).inputs;
}

/**
 * Reads and checks every input, and decides with them.
 * @param decide asked with values that stand for what is given but wrong, so that all problems come together; `isWhole`
 * says that there are none among them
 * @throws ActionError INPUT_INVALID that tells every problem at once
 */
export async function readInputsAnd<T>(
  runner: Runner,
  decide: (inputs: ParsedInputs, isWhole: boolean) => Promise<Decision<T>>,
): Promise<{ readonly inputs: Inputs; readonly decided: T }> {
  const problems: string[] = [];
  const given = new Map<string, GivenInput>();
  const values: Record<string, unknown> = {};
  const refused = new Set<string>();
  maskAccountIds(runner);
  for (const [name, rule] of Object.entries<Rule<unknown>>(RULES)) {
    const { raw, from, variable } = rawValue(runner, name, rule);
    if (raw === '') continue;
    given.set(name, { raw, from, variable });
    if (rule.secret) maskInput(runner, name, raw);
    try {
      values[name] = await rule.parse(raw);
    } catch (error) {
      if (!(error instanceof InputParseError)) throw error;
      problems.push(...describeParseError(error, from, rule.secret ? undefined : raw));
      refused.add(name);
    }
  }
  problems.push(...unknownInputProblems(runner.env), ...relationProblems(given, refused));
  problems.push(...rolesOutsideAws(values, (name) => given.get(name)?.from ?? name));
  const parsed = values as ParsedInputs; // each value was made by the rule of its own name
  const standIns = standInsFor(refused);
  const decision = standIns && (await decide({ ...parsed, ...standIns }, problems.length === 0));
  problems.push(...(decision?.problems ?? []));
  logInputsFromVariables(runner, given);
  const { 'aws-region': region } = parsed;
  if (problems.length > 0 || decision?.value === undefined || region === undefined)
    throw invalidInputs(problems);
  return { inputs: { ...parsed, 'aws-region': region }, decided: decision.value };
}

function describeParseError(
  { allowed, problems }: InputParseError,
  from: string,
  raw: string | undefined,
): readonly string[] {
  if (problems.length > 0) return problems.map((problem) => `${from}: ${problem}`);
  const got = raw === undefined ? 'this value (not shown)' : quoteUrl(raw, 120);
  return [`${from}: got ${got}; allowed: ${allowed}.`];
}

/** A variable that somebody planted looks like an input that the author set, unless the log names it; also before errors. */
function logInputsFromVariables(runner: Runner, given: ReadonlyMap<string, GivenInput>): void {
  const names = [...given].flatMap(([name, { variable }]) =>
    variable === undefined ? [] : [`${name} (${variable})`],
  );
  if (names.length > 0) runner.info(`Inputs taken from variables: ${formatList(names)}.`);
}

/** The text of an input, or of the variable that stands in for it; empty if there is neither. */
export interface RawValue {
  readonly raw: string;
  /** The input, and the variable that stands in for it, in words. */
  readonly from: string;
  readonly variable?: string | undefined;
}

export function rawValue(runner: Runner, name: string, rule: Rule<unknown>): RawValue {
  const given = runner.input(name);
  if (given !== '') return { raw: given, from: name };
  const variable = variableFor(runner, name, rule);
  if (variable === undefined) return { raw: '', from: name };
  return {
    raw: (runner.env[variable] ?? '').trim(),
    from: `${name} (from the variable ${variable})`,
    variable,
  };
}

/** The first variable that may stand in for the input, and is there. */
function variableFor(runner: Runner, name: string, rule: Rule<unknown>): string | undefined {
  if (!translatesVariables(runner)) return undefined;
  // AWS's own switch for its endpoint variables (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
  const ignored = name === 'sts-endpoint' && runner.env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true';
  return ignored ? undefined : rule.fallback?.find((candidate) => runner.env[candidate]?.trim());
}

/** `translate-env-variables: false` leaves the inputs alone to decide; in doubt, so does what is not a boolean. */
function translatesVariables(runner: Runner): boolean {
  return /^(true|)$/i.test(runner.input('translate-env-variables'));
}

const WITH_ACCOUNT_IDS = [
  'role-to-assume',
  'role-chain',
  'allowed-account-ids',
  'allowed-role-arns',
  'managed-session-policies',
  'saml-provider-arn',
  'mfa-serial-number',
] as const;

/** Whether account IDs are to be masked; known also where other inputs are wrong. */
export function masksAccountIds(runner: Runner): boolean {
  return rawValue(runner, 'mask-aws-account-id', RULES['mask-aws-account-id']).raw.toLowerCase() === 'true';
}

/** Account ids stand in inputs, too, and a message may have to repeat one. */
function maskAccountIds(runner: Runner): void {
  if (!masksAccountIds(runner)) return;
  for (const name of WITH_ACCOUNT_IDS) {
    for (const [accountId] of rawValue(runner, name, RULES[name]).raw.matchAll(/\d{12}/g))
      runner.mask(accountId);
  }
}

/** A proxy's address is not secret; its password is, and so is a user name without a password. */
function maskInput(runner: Runner, name: string, raw: string): void {
  for (const secret of name === 'http-proxy' ? proxyPasswords(raw) : [raw]) runner.mask(secret);
}

/** As it is written, and as the proxy is sent it. */
function proxyPasswords(raw: string): readonly string[] {
  const [, login = ''] = /^(?:[^/@]*:\/\/)?([^/]*)@/.exec(raw) ?? [];
  const password = login.replace(/^[^:]*:/, '');
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
