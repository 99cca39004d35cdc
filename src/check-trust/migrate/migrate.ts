import { formatList, oneLine, quote } from '../../core/text.js';
import { TrustSyntaxError } from '../../trust/language/json.js';
import type { TrustPolicy } from '../../trust/language/policy.js';
import type { PolicyFile } from '../sources/files.js';
import { findPolicies } from '../sources/find-policies.js';
import type { FoundPolicy } from '../sources/found.js';
import { conditionJson } from './condition-json.js';
import { editedJson } from './edit-json.js';
import { type KnownIds, readIds } from './ids.js';
import { type NamedRepository, type Outcome, outcomeFor, type Word } from './outcome.js';
import {
  changesTo,
  missingIn,
  policyAfter,
  type Stage,
  type StatementChange,
  statementAfter,
} from './plan.js';
import { unifiedDiff } from './unified-diff.js';

export interface Migration {
  /** The report, with the patch; its other lines begin with `#`, and `git apply` passes them over. */
  readonly lines: readonly string[];
  /** Whether every role keeps those out that it should, and no others. */
  readonly isSafe: boolean;
}

/** A role, and what becomes of it. */
interface Role {
  readonly file: PolicyFile;
  readonly found: FoundPolicy;
  readonly changes: readonly StatementChange[];
}

/** One of the values of `--stage`. Throws an Error for anything else. */
export function parseStage(text = 'transitional'): Stage {
  if (text === 'transitional' || text === 'final') return text;
  throw new Error(`--stage: got ${quote(text)}; allowed: transitional or final`);
}

/** What becomes of the trust policies of some files. Throws an Error where ids are missing, or a file cannot be read. */
export async function migrate(
  files: readonly PolicyFile[],
  idsText: string,
  stage: Stage,
  now: () => number,
): Promise<Migration> {
  const ids = readKnownIds(idsText);
  const roles: Role[] = [];
  for (const file of files) {
    for (const found of await policiesOf(file)) {
      roles.push({ file, found, changes: changesTo(found.policy, ids) });
    }
  }
  const missing = [...new Set(roles.flatMap(({ changes }) => missingIn(changes)))].sort();
  if (missing.length > 0) {
    throw new Error(
      `--migrate: the file has no ids of ${formatList(missing.slice(0, 20))}${missing.length > 20 ? ` and ${missing.length - 20} more` : ''}; gh api repos/OWNER/NAME prints those of a repository`,
    );
  }
  const migrated = roles.map((role) => migrateRole(role, ids, stage, now));
  return {
    lines: migrated.flatMap(({ lines }) => lines),
    isSafe: migrated.every(({ isSafe }) => isSafe),
  };
}

function readKnownIds(text: string): KnownIds {
  try {
    return readIds(text);
  } catch (error) {
    throw new Error(`--migrate: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function policiesOf(file: PolicyFile): Promise<readonly FoundPolicy[]> {
  try {
    const { policies, problems } = await findPolicies(file);
    const [problem] = problems.filter(({ severity }) => severity === 'error');
    if (problem !== undefined) throw new TrustSyntaxError(problem.message, problem.at);
    return policies;
  } catch (error) {
    if (!(error instanceof TrustSyntaxError)) throw error;
    throw new Error(`${file.path}: ${error.message}`);
  }
}

function migrateRole(
  { file, found, changes }: Role,
  ids: KnownIds,
  stage: Stage,
  now: () => number,
): Migration {
  const name = `${oneLine(found.path ?? file.path)}${found.role === undefined ? '' : ` (${oneLine(found.role)})`}`;
  if (changes.length === 0) {
    const lines = [`# ${name}: no subject names a repository without its ids, so nothing changes`];
    return { lines, isSafe: true };
  }
  const stages = [
    found.policy,
    ...(['transitional', 'final'] as const).map((one) => policyAfter(found.policy, changes, one)),
  ];
  const tables = repositoriesIn(changes, ids).map((one) => tableFor(name, one, stages, now));
  return {
    lines: [...tables.flatMap(({ lines }) => lines), ...patchLines({ file, found, changes }, stage)],
    isSafe: tables.every(({ isSafe }) => isSafe),
  };
}

/** The repositories that a policy names, and of an owner all whose ids are known. */
function repositoriesIn(changes: readonly StatementChange[], ids: KnownIds): readonly NamedRepository[] {
  const renewals = changes.flatMap(({ subjects }) => subjects.flatMap((one) => one.renewals));
  const owners = new Set(
    renewals.flatMap((one) => (one.kind === 'renewed' && one.repository === undefined ? [one.ownerId] : [])),
  );
  const byName = renewals.flatMap((one) => (one.kind === 'renewed' ? (one.repository ?? []) : []));
  const all = [...byName, ...ids.all.filter(({ ownerId }) => owners.has(ownerId))];
  const each = new Map(all.toReversed().map((one) => [one.repositoryId, one]));
  return [...each.values()].toReversed().map((one) => ({ ...one, isByOwner: owners.has(one.ownerId) }));
}

const ROWS: readonly (readonly [keyof Outcome, string])[] = [
  ['old', 'its tokens with the older subject'],
  ['immutable', 'its tokens with the immutable subject'],
  ['recycled', 'a stranger who has taken over the name'],
];
const WIDTH = Math.max(...ROWS.map(([, text]) => text.length));

function tableFor(
  name: string,
  repository: NamedRepository,
  stages: readonly TrustPolicy[],
  now: () => number,
): Migration {
  const outcomes = stages.map((one) => outcomeFor(one, repository, now));
  const { repository: fullName, ownerId, repositoryId } = repository;
  const row = (text: string, words: readonly string[]): string =>
    `#   ${text.padEnd(WIDTH)}  ${words.map((word) => word.padEnd('transitional'.length)).join('  ')}`.trimEnd();
  const problem = problemWith(outcomes);
  return {
    lines: [
      `# ${name}: who of ${fullName} (owner ${ownerId}, repository ${repositoryId}) gets in`,
      row('', ['now', 'transitional', 'final']),
      ...ROWS.map(([kind, text]) =>
        row(
          text,
          outcomes.map((one) => one[kind]),
        ),
      ),
      ...(problem === undefined ? noteOn(outcomes) : [`#   ! ${problem}`]),
    ],
    isSafe: problem === undefined,
  };
}

/** What is not as it should be, as a sentence. */
function problemWith([now, transitional, final]: readonly Outcome[]): string | undefined {
  const is = (outcome: Outcome | undefined, kind: keyof Outcome): Word => outcome?.[kind] ?? 'unknown';
  const isLetIn = is(now, 'old') !== 'no' || is(now, 'immutable') !== 'no';
  if (isLetIn && (is(transitional, 'immutable') === 'no' || is(final, 'immutable') === 'no')) {
    return 'Its tokens with the immutable subject would not get in: another condition keeps them out.';
  }
  if (is(final, 'recycled') !== 'no') {
    return 'Whoever takes over the name is not kept out for certain: see check-trust --repository for the statement.';
  }
  return undefined;
}

function noteOn([, transitional]: readonly Outcome[]): readonly string[] {
  if (transitional?.recycled === 'no') return [];
  return [
    '#   Until the final stage, whoever takes over the name gets in with the older subject: AWS does not see the ids.',
  ];
}

/** A patch where the file is the policy, in JSON and below the directory of the check; else what to put in by hand. */
function patchLines({ file, found, changes }: Role, stage: Stage): readonly string[] {
  const path = file.path.replace(/^(\.\/)+/, '');
  const isPatch =
    found.role === undefined &&
    /^\uFEFF?\s*\{/.test(file.text) &&
    !/^([/\\]|[A-Za-z]:)|(^|\/)\.\.(\/|$)/.test(path);
  if (isPatch) {
    const patch = unifiedDiff(path, file.text, editedJson(file.text, changes, stage));
    if (patch === '') return ['# It is in this stage already.'];
    return patch.replace(/\n$/, '').split('\n');
  }
  return changes.flatMap((change) => [
    `# Statement ${change.statement.number}, at line ${change.statement.at.line}, gets this condition:`,
    ...conditionJson(statementAfter(change, stage).conditions).split('\n'),
  ]);
}
