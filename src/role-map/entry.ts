import { ActionError, invalidInputs } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { formatList, oneLine, quote, quotedList } from '../core/text.js';
import {
  onlyDocument,
  plainNode,
  type YamlDocument,
  type YamlMember,
  YamlProblem,
} from '../core/yaml-document.js';
import type { InputName } from '../inputs/inputs.js';
import { InputParseError } from '../inputs/parsers.js';
import { RULES, type Rule } from '../inputs/rules.js';
import { ENTRY_INPUTS } from './combinations.js';
import { type RolesText, refused } from './roles-file.js';

/** What an entry says of one input. */
export interface EntryValue {
  /** As a step would write it. */
  readonly raw: string;
  readonly value: unknown;
}

/** One role of a map, each of its values well by itself. */
export type Entry = ReadonlyMap<InputName, EntryValue>;

/** More names than these do not help. */
const MAX_NAMES = 10;
/** Comparing takes time in proportion to each name's length, squared. */
const MAX_COMPARED = 2_000;

/**
 * The entry of a role. Only it is checked: a mistake in another team's entry stops nobody else.
 * @throws ActionError ROLES_FILE_REFUSED, with the line; INPUT_INVALID where there is no such role
 */
export async function readEntry(roles: RolesText, role: string): Promise<Entry> {
  try {
    return await entryOf(roles, role);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    throw refused(`${roles.label}: ${oneLine(error.message, 300)}.`, 'No request was made.', error);
  }
}

async function entryOf({ text, label }: RolesText, role: string): Promise<Entry> {
  const document = onlyDocument(text);
  if (document === undefined) throw refused(`${label} is empty.`, EXPECTED);
  const top = membersOf(document, undefined);
  const [roles] = top.filter((member) => member.name === 'roles');
  const other = top.find((member) => member.name !== 'roles');
  if (roles === undefined || other !== undefined)
    throw new YamlProblem(EXPECTED_KEY, (other ?? roles)?.at ?? { line: 1, column: 1 });
  const entries = membersOf(document, roles);
  const entry = entries.find((member) => member.name === role);
  if (entry !== undefined) return await valuesOf(document, entry, label);
  const names = entries.map((member) => member.name);
  throw invalidInputs([`role: ${label} has no role ${quote(role, 100)}. ${otherNames(role, names)}`]);
}

const EXPECTED_KEY = 'one key "roles" is expected, with a mapping of names to roles';
const EXPECTED = `${EXPECTED_KEY}.`;

/** The members of a mapping; of the whole document where none is given. */
function membersOf(document: YamlDocument, of: YamlMember | undefined): readonly YamlMember[] {
  const node = document.look(document.resolve(of === undefined ? document.root : of.value), 0);
  if (node.kind === 'mapping') return node.members;
  throw new YamlProblem(
    of === undefined ? EXPECTED_KEY : `${quote(of.name, 100)} is expected to be a mapping`,
    of?.at ?? { line: 1, column: 1 },
  );
}

/** The likeliest first: misspelt ones, then those that share a part, and otherwise all. */
function otherNames(role: string, names: readonly string[]): string {
  const misspelt: string[] = [];
  for (let found: string | undefined; misspelt.length < 3; misspelt.push(found)) {
    const rest = names.slice(0, MAX_COMPARED).filter((name) => !misspelt.includes(name));
    found = nearest(role, rest, Math.floor(role.length / 3));
    if (found === undefined) break;
  }
  const sharing = names.filter(
    (name) => !misspelt.includes(name) && (name.includes(role) || role.includes(name)),
  );
  const near = [...misspelt, ...sharing].slice(0, MAX_NAMES);
  if (near.length > 0) return `Did you mean ${quotedList(near)}?`;
  const more = names.length > MAX_NAMES ? `, and ${names.length - MAX_NAMES} more` : '';
  return names.length === 0
    ? 'It has none at all.'
    : `It has ${formatList(names.slice(0, MAX_NAMES).map((name) => quote(name, 100)))}${more}.`;
}

async function valuesOf(document: YamlDocument, entry: YamlMember, label: string): Promise<Entry> {
  const values = new Map<InputName, EntryValue>();
  const problems: string[] = [];
  const members = membersOf(document, entry);
  for (const member of members) {
    const where = `line ${member.at.line}: ${oneLine(member.name, 80)}`;
    const input = ENTRY_INPUTS.find((name) => name === member.name);
    if (input === undefined) {
      problems.push(`${where}: an entry cannot have this key; allowed: ${formatList(ENTRY_INPUTS)}.`);
      continue;
    }
    const raw = rawOf(plainNode(document, member.value));
    try {
      values.set(input, { raw, value: await parseValue(input, raw) });
    } catch (error) {
      if (!(error instanceof InputParseError)) throw error;
      const why =
        error.problems.length > 0 ? error.problems : [`got ${quote(raw, 120)}; allowed: ${error.allowed}.`];
      problems.push(...why.map((problem) => `${where}: ${problem}`));
    }
  }
  if (!members.some(({ name }) => name === 'role-to-assume'))
    problems.push(`line ${entry.at.line}: role-to-assume: required.`);
  if (problems.length === 0) return values;
  throw new ActionError(
    'ROLES_FILE_REFUSED',
    `roles-file: the entry ${quote(entry.name, 100)} of ${label} cannot be used:`,
    { problems, hint: 'No request was made.' },
  );
}

/** As an input has it: text, or what the input's own parser takes as JSON. */
function rawOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '').trim();
}

/** An entry's key without a value would be a guard that is switched off. */
async function parseValue(input: InputName, raw: string): Promise<unknown> {
  const { parse }: Rule<unknown> = RULES[input];
  const value = raw === '' ? undefined : await parse(raw);
  if (value === undefined) throw new InputParseError('a value that is not empty');
  return value;
}
