import { invalidInputs } from '../core/errors.js';
import { isRecord } from '../core/json.js';
import { oneLine, quote } from '../core/text.js';
import { type InputName, rawValue } from '../inputs/inputs.js';
import { InputParseError } from '../inputs/parsers.js';
import { RULES, type Rule } from '../inputs/rules.js';
import type { Runner } from '../platform/runner.js';
import type { MappedRole } from '../session/journal.js';
import { BESIDE_ROLE } from './combinations.js';
import { type CallerValue, COMBINE } from './combine.js';
import { type Entry, readEntry } from './entry.js';
import { isInline, type RolesText, readRoles } from './roles-file.js';

/** The step as if its inputs had been written out. */
export interface Resolution {
  /** Has the entry's inputs beside the step's own, and none of the three that name the entry. */
  readonly runner: Runner;
  /** What does not go with the entry: one line each, fit for an INPUT_INVALID error. */
  readonly problems: readonly string[];
  readonly role: MappedRole;
}

const ROLE_INPUTS = ['role', 'roles-file', 'roles-sha256'] as const;

/**
 * Looks up the role that the step names, and puts the entry's inputs with the step's. Everything after it, a renewal too,
 * sees inputs alone.
 * @throws ActionError INPUT_INVALID, ROLES_FILE_REFUSED
 */
export async function resolveRole(runner: Runner): Promise<Resolution> {
  const [role, file, pin] = ROLE_INPUTS.map((name) => runner.input(name));
  const wrong = await problemsOfInputs(runner);
  if (wrong.length > 0 || !role || !file) throw invalidInputs(wrong);
  const roles = readRoles(file, pin || undefined, runner.env['GITHUB_WORKSPACE'] || '.');
  const entry = await readEntry(roles, role);
  const isPinned = Boolean(pin);
  reportRoles(runner, roles, role, isPinned);
  const { texts, problems } = await combine(runner, role, entry);
  for (const name of ROLE_INPUTS) texts.set(name, '');
  return {
    runner: { ...runner, input: (name) => texts.get(name) ?? runner.input(name) },
    problems,
    role: {
      name: role,
      file: roles.file?.path,
      sha256: roles.file?.sha256,
      isPinned,
    },
  };
}

/** What is wrong with the three inputs themselves. */
async function problemsOfInputs(runner: Runner): Promise<readonly string[]> {
  const [role, file, pin] = ROLE_INPUTS.map((name) => runner.input(name));
  const problems: string[] = [];
  for (const name of ROLE_INPUTS) {
    const { value, error } = await parse(name, runner.input(name));
    if (value === undefined && error !== undefined)
      problems.push(`${name}: got ${quote(runner.input(name), 120)}; allowed: ${error.allowed}.`);
  }
  if (!role) problems.push(`role: it is required with ${file ? 'roles-file' : 'roles-sha256'}.`);
  if (!file && problems.length === 0) problems.push('roles-file: it is required with role.');
  if (file && pin && isInline(file))
    problems.push('roles-sha256: it pins a file, and roles-file is the map itself.');
  return problems;
}

async function parse(
  name: InputName,
  raw: string,
): Promise<{ readonly value?: unknown; readonly error?: InputParseError }> {
  if (raw === '') return {};
  const { parse: read }: Rule<unknown> = RULES[name];
  try {
    return { value: await read(raw) };
  } catch (error) {
    if (error instanceof InputParseError) return { error };
    throw error;
  }
}

function reportRoles(runner: Runner, { file, label }: RolesText, role: string, isPinned: boolean): void {
  if (file === undefined) {
    runner.info(`Role ${quote(role)}, as roles-file in the workflow has it.`);
    return;
  }
  const { path, sha256 } = file;
  runner.info(`Role ${quote(role)} from ${label}, SHA-256 ${sha256}${isPinned ? ', as pinned' : ''}.`);
  if (isPinned) return;
  runner.warning(
    `roles-file: ${oneLine(path, 200)} is not pinned, so whoever can change it in the workspace, an earlier step among them, decides which role this step assumes. Set roles-sha256 to its SHA-256 once you have reviewed it: ${sha256}`,
  );
}

async function combine(
  runner: Runner,
  role: string,
  entry: Entry,
): Promise<{ readonly texts: Map<string, string>; readonly problems: readonly string[] }> {
  const texts = new Map<string, string>();
  const problems: string[] = [];
  const limitsSession = hasSessionPolicy(entry);
  for (const name of INPUTS) {
    const combination = BESIDE_ROLE[name];
    if (combination === 'caller') continue;
    const caller = await callerValue(runner, name);
    const both = { name, role, entry: entry.get(name), caller, limitsSession };
    const { raw, problem } = COMBINE[combination](both);
    // Where the two do not go together, the others are checked with what the entry says; nothing else is said of this one.
    const text = raw ?? entry.get(name)?.raw ?? (problem === undefined ? undefined : '');
    if (problem !== undefined) problems.push(problem);
    if (text !== undefined) texts.set(name, text);
  }
  return { texts, problems };
}

/** The last role of a chain may have its own. */
function hasSessionPolicy(entry: Entry): boolean {
  if (entry.has('inline-session-policy') || entry.has('managed-session-policies')) return true;
  const chain = entry.get('role-chain')?.value;
  const last: unknown = Array.isArray(chain) ? chain.at(-1) : undefined;
  return isRecord(last) && (last['policy'] !== undefined || last['policyArns'] !== undefined);
}

const INPUTS = Object.keys(BESIDE_ROLE).filter((name): name is InputName => Object.hasOwn(BESIDE_ROLE, name));

async function callerValue(runner: Runner, name: InputName): Promise<CallerValue | undefined> {
  const given = rawValue(runner, name, RULES[name]);
  if (given.raw === '') return undefined;
  const { value, error } = await parse(name, given.raw);
  return { ...given, value, isValid: error === undefined };
}
