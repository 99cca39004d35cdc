import { oneLine } from '../../core/text.js';
import type { Severity } from '../../trust/lint/rule.js';
import type { GithubToken } from '../../trust/reach/question.js';
import { type Annotation, annotation } from './annotation.js';
import { answerText } from './reach-text.js';
import type { ChangeEntry, CheckReport, RoleChange } from './report.js';

/** The names of findings about changes. */
const RULES = {
  gained: 'lets-in-more',
  lost: 'locks-out',
  unknown: 'change-unknown',
  added: 'role-added',
  removed: 'role-removed',
} as const;

/** Whether a finding is about a change. */
export function isChange(rule: string): boolean {
  return Object.values(RULES).some((one) => one === rule);
}

interface Line {
  readonly mark: '+' | '-' | '?' | '=';
  readonly rule: string;
  readonly severity: Severity;
  readonly text: string;
  readonly entry: ChangeEntry | undefined;
}

/** Whom a change lets in or locks out, one after the other. Who is let in outside of what is intended is a warning. */
function linesOf({ kind, gained, lost, from }: RoleChange): readonly Line[] {
  const shown = (entry: ChangeEntry): Pick<Line, 'text' | 'entry'> => ({ text: entry.because, entry });
  const note = (mark: Line['mark'], rule: string, text: string): Line => {
    return { mark, rule, severity: 'note', text, entry: undefined };
  };
  const more = gained.map((entry): Line => {
    const severity = entry.isIntended || ('isAside' in entry && entry.isAside) ? 'note' : 'warning';
    if (entry.answer === 'unknown') return { mark: '?', rule: RULES.unknown, severity, ...shown(entry) };
    return { mark: '+', rule: RULES.gained, severity, ...shown(entry) };
  });
  const isSaid = new Set(gained.map(({ because }) => because));
  const less = lost
    .filter(({ because }) => !isSaid.has(because))
    .map((entry): Line => {
      if (entry.answer === 'unknown')
        return { mark: '?', rule: RULES.unknown, severity: 'note', ...shown(entry) };
      return { mark: '-', rule: RULES.lost, severity: 'note', ...shown(entry) };
    });
  const all = [...more, ...less];
  if (kind === 'removed') return [note('-', RULES.removed, 'The role is gone.'), ...all];
  const moved = from === undefined ? [] : [note('=', RULES.added, `It was in ${oneLine(from)}.`)];
  if (all.length > 0)
    return kind === 'added' ? [note('+', RULES.added, 'The role is new.'), ...all] : [...moved, ...all];
  if (kind === 'added') return [note('+', RULES.added, 'The role is new; no token of GitHub gets in.')];
  return [...moved, note('=', RULES.added, 'The policy has changed, and lets in the same tokens.')];
}

/** Whom the change lets in or locks out, as annotations. */
export function changeAnnotations({ changes }: Pick<CheckReport, 'changes'>): readonly Annotation[] {
  return (changes?.roles ?? []).flatMap((one) =>
    linesOf(one)
      .filter(({ mark }) => mark !== '=')
      .map(({ rule, severity, text, entry }) =>
        annotation(one, {
          severity,
          rule,
          at: entry?.at ?? one.at,
          message: entry === undefined ? text : answerText(entry),
        }),
      ),
  );
}

/** What has changed, role by role, in words and then with the subject of a token. */
export function changeLines(report: CheckReport): readonly string[] {
  const { changes } = report;
  if (changes === undefined) return [];
  return [
    `Changes since ${oneLine(changes.base)}: ${countOfChanges(report)}`,
    ...changes.roles.flatMap((one) => [
      placeOf(one),
      ...linesOf(one).flatMap(({ mark, text, entry }) => {
        const sub = entry === undefined ? undefined : tokenOf(entry)?.['sub'];
        return [`  ${mark} ${text}`, ...(sub === undefined ? [] : [`    sub: ${oneLine(sub, 1000)}`])];
      }),
    ]),
  ];
}

function placeOf({ path, role, at }: RoleChange): string {
  return `${oneLine(path)}:${at.line}${role === undefined ? '' : ` (${oneLine(role)})`}`;
}

function tokenOf(entry: ChangeEntry): GithubToken | undefined {
  return 'witness' in entry ? entry.witness : undefined;
}

/** How many roles are new, changed and so on, as a sentence. */
export function countOfChanges({ changes }: CheckReport): string {
  if (changes === undefined) return '';
  const count = (kind: RoleChange['kind']): number => changes.roles.filter((one) => one.kind === kind).length;
  const counts: readonly (readonly [number, string])[] = [
    [count('changed'), 'changed'],
    [count('added'), 'added'],
    [count('removed'), 'removed'],
    [count('unknown'), 'unknown'],
    [changes.unchanged, 'unchanged'],
  ];
  const said = counts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return said.length === 0 ? 'no roles.' : `${said.join(', ')}.`;
}

/** Rows of the summary's table of changes. */
export function changeRows({ changes }: CheckReport): readonly (readonly string[])[] {
  return (changes?.roles ?? []).flatMap((one) =>
    linesOf(one).map(({ mark, text, entry }) => [
      mark === '+' ? '➕' : mark === '-' ? '➖' : mark === '?' ? '❔' : '＝',
      placeOf(one),
      entry === undefined ? text : answerText(entry),
    ]),
  );
}

/** The same for programs. */
export function changesData({ changes }: CheckReport): object | null {
  if (changes === undefined) return null;
  return {
    base: changes.base,
    unchanged: changes.unchanged,
    roles: changes.roles.map(
      ({ kind, path: file, role = null, at: { line }, from = null, gained, lost }) => ({
        file,
        role,
        line,
        change: kind,
        from,
        letsIn: gained.map(entryData),
        locksOut: lost.map(entryData),
      }),
    ),
  };
}

function entryData(entry: ChangeEntry): object {
  const { answer, because, isIntended } = entry;
  return { answer, because, intended: isIntended, witness: tokenOf(entry) ?? null };
}
