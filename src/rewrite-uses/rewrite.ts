import { YamlProblem } from '../core/yaml-document.js';
import { differencesBack, differencesFor, type Remark } from './differences.js';
import { commentBehind, differsInUsesAlone, isVersion, placeOf, withReference } from './edit.js';
import { Lines, mentionsOf, remarksOnMentions, remarksOnOutputs } from './mentions.js';
import { type Reference, refOf, releaseOf } from './reference.js';
import { readUses, type UsesFile, type UsesStep } from './steps.js';

/** Which action gives way to which. */
export interface Rewriting {
  /** `OWNER/NAME` of the action that the steps use. */
  readonly from: string;
  readonly to: Reference;
  /** From this action to configure-aws-credentials. */
  readonly isBack: boolean;
}

export interface Rewritten {
  /** The same text where nothing is to be changed, or where it cannot be. */
  readonly after: string;
  /** How many steps it changes. */
  readonly count: number;
  readonly remarks: readonly Remark[];
}

/** A workflow or an action with the other reference in each step, and every other byte as it was. */
export async function rewrite(before: string, rewriting: Rewriting): Promise<Rewritten> {
  const { from, to, isBack } = rewriting;
  const mentions = mentionsOf(before, from);
  const [first] = mentions;
  if (first === undefined) return { after: before, count: 0, remarks: [] };
  const lines = new Lines(before);
  const file = orProblem(() => readUses(before));
  if (file instanceof YamlProblem) return unread(before, file, lines.at(first));
  const isIts = ({ uses }: UsesStep): boolean => refOf(uses, from) !== undefined;
  const steps = file.steps.filter((step) => isIts(step) && placeOf(before, step) !== undefined);
  const left = file.steps.filter((step) => mentionsOf(step.uses, from).length > 0 && !steps.includes(step));
  const remarks = [
    ...left.map(({ uses, line }): Remark => ({ line, level: 'warning', text: whyLeft(uses, from) })),
    ...remarksOnMentions(before, lines, mentions, file),
  ];
  const [{ line } = { line: 1 }] = steps;
  const after = withReference(before, steps, to);
  const isSafe = orProblem(() => steps.length === 0 || differsInUsesAlone(before, after, from, to));
  if (isSafe instanceof YamlProblem) return unread(before, isSafe, line);
  if (!isSafe) {
    const text = 'nothing is changed: another part of the file uses the same text, by an anchor.';
    return { after: before, count: 0, remarks: [{ line, level: 'warning', text }, ...remarks] };
  }
  const onSteps = steps.length === 0 ? [] : await remarksOnSteps(before, steps, rewriting);
  const onFile =
    steps.length === 0 ? [] : [...remarksOnFile(file, line), ...remarksOnOutputs(before, lines, isBack)];
  const all = [...remarks, ...onFile, ...onSteps];
  const sorted = all.sort((a, b) => a.line - b.line);
  return { after, count: new Set(steps.map((step) => placeOf(before, step))).size, remarks: sorted };
}

function orProblem<T>(read: () => T): T | YamlProblem {
  try {
    return read();
  } catch (error) {
    if (error instanceof YamlProblem) return error;
    throw error;
  }
}

function unread(before: string, { problem, at }: YamlProblem, named: number): Rewritten {
  const text = `this is not read: ${problem}. It names the action in line ${named}.`;
  return { after: before, count: 0, remarks: [{ line: at.line, level: 'warning', text }] };
}

function whyLeft(uses: string, from: string): string {
  if (uses.includes('${{')) return 'uses cannot have an expression, on GitHub; it is left as it is.';
  const rest = uses.slice(from.length);
  if (rest.startsWith('/')) return 'this is another action of the same repository; it is left as it is.';
  return refOf(uses, from) === undefined
    ? 'uses needs a ref behind an @; it is left as it is.'
    : 'the value of uses has escapes in it; it is left as it is.';
}

async function remarksOnSteps(
  text: string,
  steps: readonly UsesStep[],
  { from, to, isBack }: Rewriting,
): Promise<readonly Remark[]> {
  const remarks: Remark[] = [];
  for (const step of steps) {
    const { line, inputs, uses } = step;
    const comment = commentBehind(text, step);
    const version = isVersion(comment) ? comment.text : undefined;
    if (version !== undefined && to.comment === undefined) {
      remarks.push({
        line,
        level: 'warning',
        text: `the comment "# ${version}" is about the old reference. Give --to "OWNER/NAME@REF # VERSION", or change it.`,
      });
    } else if (comment !== undefined && version === undefined) {
      remarks.push({ line, level: 'note', text: 'the comment behind it stays as it is.' });
    }
    const release = releaseOf(refOf(uses, from) ?? '', version);
    const findings = isBack
      ? differencesBack({ inputs, release })
      : await differencesFor({ inputs, release });
    remarks.push(...findings.map((finding) => ({ line, ...finding })));
    if (release === undefined && !isBack) remarks.push({ line, level: 'note', text: UNKNOWN_RELEASE });
  }
  return remarks;
}

const UNKNOWN_RELEASE =
  'the reference does not say which version it is. Before version 3, sessions of access keys lasted 6 hours by default, and the account ID was masked.';

function remarksOnFile({ kind, calls }: UsesFile, line: number): readonly Remark[] {
  const shared: readonly Remark[] =
    kind === 'composite-action'
      ? [{ line, level: 'note', text: 'this is a composite action: all workflows that use it change.' }]
      : kind === 'called-workflow'
        ? [{ line, level: 'note', text: 'this workflow can be called: all workflows that call it change.' }]
        : [];
  return [
    ...shared,
    ...calls
      .filter(({ uses, mayHaveToken }) => mayHaveToken && !uses.startsWith('./'))
      .map(({ line: at }): Remark => ({ line: at, level: 'note', text: CALLS })),
  ];
}

const CALLS = 'this job calls a workflow of another repository, which may use the action as well.';
