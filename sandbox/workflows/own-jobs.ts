import { posix } from 'node:path';
import { type PolicyFile, readPolicyFiles } from '../../src/check-trust/sources/files.js';
import { memberOf, textOf } from '../../src/check-trust/sources/nodes.js';
import { allowsToken } from '../../src/check-trust/workflows/permissions.js';
import { readWorkflow, type Workflow } from '../../src/check-trust/workflows/workflow.js';
import { oneLine } from '../../src/core/text.js';
import type { JsonMember, JsonNode } from '../../src/trust/language/json.js';

/** A job of one's own workflows, as the file defines it. */
export interface OwnJob {
  readonly job: string;
  /** What act calls the workflow that it stands in. */
  readonly workflowName: string;
  /** Where that stands in the repository, or `OWNER/NAME/PATH@REF` of another repository's. */
  readonly location: string;
  /** The workflow that an event starts; the same unless it was called. */
  readonly started: { readonly name: string; readonly location: string };
  /** As written, with its expressions; undefined where it names none. */
  readonly environment: string | undefined;
  /** Undefined where it may ask for a token. */
  readonly whyNoToken: string | undefined;
}

/** The jobs of workflows, and what of these cannot be read. */
export interface OwnJobs {
  readonly jobs: readonly OwnJob[];
  /** Workflows of other repositories that jobs call: which jobs those have is not known. */
  readonly elsewhere: readonly OwnJob[];
  readonly problems: readonly string[];
}

const FOLDER = '.github/workflows';
/** As deep as GitHub lets workflows call each other. */
const MAX_CALLS = 10;

/** Reads workflow files, named by paths and patterns seen from a directory. Throws NoSuchFile. */
export function readOwnJobs(patterns: readonly string[], directory: string): OwnJobs {
  return jobsOf(readPolicyFiles(patterns, directory));
}

/** The jobs of workflows in these files, which may call each other. */
export function jobsOf(files: readonly PolicyFile[]): OwnJobs {
  const problems: string[] = [];
  const workflows = files.flatMap((file) => {
    const location = `${FOLDER}/${posix.basename(file.path.replaceAll('\\', '/'))}`;
    const read = readWorkflow(file, location, 'main', ({ path, at, message }) =>
      problems.push(oneLine(`${path}:${at.line}: ${message}`)),
    );
    return read ?? [];
  });
  const walk = new Walk(workflows);
  for (const workflow of workflows) {
    if (workflow.events.triggers.length > 0) walk.add(workflow, workflow, undefined, 0);
  }
  return { jobs: walk.jobs, elsewhere: walk.elsewhere, problems };
}

/** GitHub calls a workflow without a name by its path, act by its file. */
function nameForAct({ name, location }: Workflow): string {
  return name === location ? posix.basename(location) : name;
}

class Walk {
  readonly jobs: OwnJob[] = [];
  readonly elsewhere: OwnJob[] = [];

  constructor(readonly workflows: readonly Workflow[]) {}

  add(workflow: Workflow, started: Workflow, callerAllows: boolean | undefined, depth: number): void {
    if (depth > MAX_CALLS) return;
    for (const member of workflow.jobs) {
      const whyNoToken = whyNone(workflow, member.value, callerAllows);
      const uses = textOf(memberOf(member.value, 'uses'));
      const called = this.workflows.find(({ location }) => uses === `./${location}`);
      if (called !== undefined) this.add(called, started, whyNoToken === undefined, depth + 1);
      else if (uses !== undefined && !uses.startsWith('./'))
        this.elsewhere.push({ ...ownJob(workflow, started, member, whyNoToken), location: uses });
      else this.jobs.push(ownJob(workflow, started, member, whyNoToken));
    }
  }
}

function ownJob(
  workflow: Workflow,
  { name, location }: Workflow,
  { name: job, value }: JsonMember,
  whyNoToken: string | undefined,
): OwnJob {
  const environment = memberOf(value, 'environment');
  return {
    job,
    workflowName: nameForAct(workflow),
    location: workflow.location,
    started: { name, location },
    environment: textOf(environment?.kind === 'object' ? memberOf(environment, 'name') : environment),
    whyNoToken,
  };
}

/** A called workflow can have fewer permissions than the job that calls it, and not more. */
function whyNone(
  { permissions }: Workflow,
  job: JsonNode,
  callerAllows: boolean | undefined,
): string | undefined {
  const own = allowsToken(memberOf(job, 'permissions') ?? permissions);
  if (!(own ?? callerAllows ?? false)) return 'the job has no permission id-token: write';
  return callerAllows === false ? 'the job that calls it has no permission id-token: write' : undefined;
}
