import { isRecord } from '../core/json.js';
import { plainYaml } from '../core/yaml-document.js';
import { type Reference, refOf } from './reference.js';
import type { UsesStep } from './steps.js';

/** One replacement in a text; offsets in UTF-16 units. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The comment on the rest of a line. */
interface Comment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A version as people and their tools write it behind the commit of an action: `v4.0.2`, `tag=v4`, `pin@v4`, `main`. */
const VERSION_COMMENT = /^(?:tag=|pin@|ratchet:\S+@)?(?:v?\d[\w.-]*|main|master)$/i;

/** The comment behind what a step uses. */
export function commentBehind(text: string, step: UsesStep): Comment | undefined {
  const [, from] = step.range;
  const [, before, words] =
    /^([ \t]+#[ \t]*)(.*?)[ \t]*$/.exec(text.slice(from, endOfLine(text, from))) ?? [];
  if (step.isBlock || before === undefined || words === undefined) return undefined;
  const start = from + before.length;
  return { start, end: start + words.length, text: words };
}

/** Where the line ends that an offset is in. */
export function endOfLine(text: string, offset: number): number {
  const length = text.slice(offset).search(/\r?\n/);
  return length < 0 ? text.length : offset + length;
}

/** Whether a comment says nothing but which version the reference before it is. */
export function isVersion(comment: Comment | undefined): comment is Comment {
  return comment !== undefined && VERSION_COMMENT.test(comment.text);
}

/** Where the value of `uses` stands in a text; undefined where it is written with escapes. */
export function placeOf(text: string, { range, uses }: UsesStep): number | undefined {
  const [start, end] = range;
  const at = text.slice(start, end).indexOf(uses);
  return at < 0 ? undefined : start + at;
}

/**
 * The text with another reference in these steps. A version behind the old one gives way to the comment of the new one;
 * any other comment stays.
 */
export function withReference(text: string, steps: readonly UsesStep[], to: Reference): string {
  const edits = new Map<number, Edit>();
  for (const step of steps) {
    const start = placeOf(text, step);
    if (start === undefined) continue;
    // By place, since several aliases lead to the same one.
    edits.set(start, { start, end: start + step.uses.length, text: `${to.action}@${to.ref}` });
    const comment = to.comment === undefined ? undefined : commentEdit(text, step, to.comment);
    if (comment !== undefined) edits.set(comment.start, comment);
  }
  return [...edits.values()]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, text: piece }) => all.slice(0, start) + piece + all.slice(end), text);
}

function commentEdit(text: string, step: UsesStep, wanted: string): Edit | undefined {
  const comment = commentBehind(text, step);
  if (comment !== undefined) return isVersion(comment) ? { ...comment, text: wanted } : undefined;
  const [, end] = step.range;
  const isLast = text.slice(end, endOfLine(text, end)).trim() === '';
  return isLast && !step.isBlock ? { start: end, end, text: ` # ${wanted}` } : undefined;
}

/** Whether two texts mean the same, except that the steps of one use another action. Throws for what is not YAML. */
export function differsInUsesAlone(before: string, after: string, from: string, to: Reference): boolean {
  const expected = withOtherUses(plainYaml(before), (uses) =>
    refOf(uses.trim(), from) === undefined ? uses : uses.replace(uses.trim(), () => `${to.action}@${to.ref}`),
  );
  return JSON.stringify(expected) === JSON.stringify(plainYaml(after));
}

function withOtherUses(file: unknown, change: (uses: string) => string): unknown {
  const inStep = (step: unknown): unknown =>
    isRecord(step) && typeof step['uses'] === 'string' ? { ...step, uses: change(step['uses']) } : step;
  const inHolder = (holder: unknown): unknown =>
    isRecord(holder) && Array.isArray(holder['steps'])
      ? { ...holder, steps: holder['steps'].map(inStep) }
      : holder;
  if (!isRecord(file)) return file;
  const { jobs, runs } = file;
  if (isRecord(jobs)) {
    const changed = Object.entries(jobs).map(([id, job]) => [id, inHolder(job)]);
    return { ...file, jobs: Object.fromEntries(changed) };
  }
  return runs === undefined ? file : { ...file, runs: inHolder(runs) };
}
