import { existsSync, readdirSync, statSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import { quote } from '../../core/text.js';
import type { Home } from '../../trust/reach/question.js';
import { NoSuchFile, readPolicyFiles } from '../sources/files.js';
import { Jobs, type WorkflowJob } from './jobs.js';
import { readWorkflow, type Workflow, type WorkflowProblem } from './workflow.js';

/** What a repository's own workflows can start. */
export interface OwnWorkflows {
  readonly jobs: readonly WorkflowJob[];
  readonly problems: readonly WorkflowProblem[];
}

/** What the input `workflows` may hold. */
export interface WorkflowItems {
  /** Files and folders of one's own. */
  readonly own: readonly string[];
  /** Patterns of `job_workflow_ref`. */
  readonly called: readonly string[];
}

/** An item that is neither. */
export class WorkflowItemProblem extends Error {}

/** Tells one's own workflow files from patterns of `job_workflow_ref`, by their form. */
export function splitWorkflowItems(items: readonly string[], directory: string): WorkflowItems {
  const isOwn = (item: string): boolean =>
    /^(\.\/)?\.github(\/|$)|^\.\//.test(item) || existsSync(resolve(directory, item));
  const own = items.filter(isOwn);
  const called = items.filter((item) => !own.includes(item));
  const [odd] = called.filter(
    (item) => !/^[^/\s]+\/(?:[^/\s]+\/\.github\/workflows\/\S+|\S*\*\S*)$/.test(item),
  );
  if (odd !== undefined) {
    throw new WorkflowItemProblem(
      `${quote(odd)} is not a file or folder here; allowed: a folder of workflows such as .github/workflows, or workflows as OWNER/NAME/.github/workflows/FILE@REF`,
    );
  }
  return { own, called };
}

const FOLDER = '.github/workflows';

/**
 * Reads workflows and finds the jobs that they start.
 * @throws NoSuchFile
 */
export function readOwnWorkflows(items: readonly string[], directory: string, home: Home): OwnWorkflows {
  const problems: WorkflowProblem[] = [];
  const refuse = (problem: WorkflowProblem): void => void problems.push(problem);
  const known = new Map<string, Workflow | undefined>();
  const branch = defaultBranchOf(home);
  const add = (path: string, text: string): Workflow | undefined => {
    const location = `${FOLDER}/${posix.basename(path)}`;
    const workflow = readWorkflow({ path, text }, location, branch, refuse);
    known.set(location, workflow);
    return workflow;
  };
  const files = readPolicyFiles(
    items.flatMap((item) => filesIn(item, directory)),
    directory,
  );
  const named = files.flatMap(({ path, text }) => add(path, text) ?? []);
  const beside = posix.dirname(files[0]?.path ?? FOLDER);
  const open = (location: string): Workflow | undefined => {
    if (known.has(location)) return known.get(location);
    const path = posix.join(beside, posix.basename(location));
    if (!isKind('file', resolve(directory, path))) return undefined;
    const [file] = readPolicyFiles([path], directory);
    return file && add(path, file.text);
  };
  const jobs = new Jobs(home, open, refuse);
  jobs.addAll(named);
  return { jobs: jobs.jobs, problems };
}

/** The first of the branches that a role is for, which is the default branch in most repositories. */
function defaultBranchOf({ branches = [] }: Home): string {
  return branches.find((one) => !/[*?]/.test(one)) ?? 'main';
}

/** GitHub reads no folders within the folder. */
function filesIn(item: string, directory: string): readonly string[] {
  const path = posix.normalize(item);
  if (!isKind('folder', resolve(directory, path))) return [path];
  const names = readdirSync(resolve(directory, path)).filter((name) => /\.ya?ml$/.test(name));
  if (names.length === 0) throw new NoSuchFile(`${item} has no workflow`);
  return names.sort().map((name) => posix.join(path, name));
}

function isKind(kind: 'file' | 'folder', path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && (kind === 'file' ? stats.isFile() : stats.isDirectory());
}
