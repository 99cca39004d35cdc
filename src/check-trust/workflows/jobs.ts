import type { JsonMember, JsonNode } from '../../trust/language/json.js';
import type { Position } from '../../trust/language/text.js';
import { type Bound, isWithin } from '../../trust/reach/bound.js';
import type { OwnWorkflow, RunContext } from '../../trust/reach/kinds.js';
import type { Home } from '../../trust/reach/question.js';
import { memberOf, textOf } from '../sources/nodes.js';
import { environmentsOf, inputsOfCall, inputsOfRun, matrixOf } from './contexts.js';
import type { Trigger } from './events.js';
import type { Scope } from './expression.js';
import { allowsToken, isReadable } from './permissions.js';
import type { Workflow, WorkflowProblem } from './workflow.js';

/** The tokens that a job can ask for. */
export interface JobTokens {
  readonly contexts: readonly RunContext[];
  /** The called workflow, where it is another repository's or at another ref. */
  readonly workflow: Bound;
  readonly ownWorkflow: OwnWorkflow | undefined;
  /** The name of the workflow that was started. */
  readonly name: string;
}

/** A job of a workflow, also of one that it calls. */
export interface WorkflowJob {
  /** The file that an event starts. */
  readonly workflow: string;
  /** Its id; of a called workflow's, after that of the job that calls it. */
  readonly job: string;
  /** The file that it stands in, and where. */
  readonly path: string;
  readonly at: Position;
  /** Undefined where it gets no token. */
  readonly tokens: JobTokens | undefined;
  /** Why it gets none, or what is not known of it. */
  readonly remark: string | undefined;
}

/** As deep as GitHub lets workflows call each other, the first one included (https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations). */
const MAX_LEVELS = 10;
/** A set of workflows in which each calls ten others would never end. */
const MAX_JOBS = 5000;

const ANY_ENVIRONMENT: readonly (Bound | undefined)[] = [undefined, { kind: 'free' }];

interface Frame {
  readonly workflow: Workflow;
  readonly started: Workflow;
  readonly triggers: readonly Trigger[];
  readonly scope: Omit<Scope, 'matrix'>;
  /** Whether the calling job may ask for a token; undefined where nothing calls. */
  readonly callerAllows: boolean | undefined;
  /** The ids of the calling jobs. */
  readonly prefix: readonly string[];
}

/** All jobs that the events of a repository's workflows can start. */
export class Jobs {
  readonly jobs: WorkflowJob[] = [];
  readonly #called = new Set<Workflow>();
  #visited = 0;

  /** @param open finds a workflow by its path in the repository */
  constructor(
    readonly home: Home,
    readonly open: (location: string) => Workflow | undefined,
    readonly refuse: (problem: WorkflowProblem) => void,
  ) {}

  addAll(workflows: readonly Workflow[]): void {
    const isStarted = ({ events }: Workflow): boolean => events.triggers.length > 0;
    for (const workflow of workflows.filter(isStarted)) {
      const { triggers } = workflow.events;
      const scope = { inputs: inputsOfRun(workflow.events) };
      const callerAllows = undefined;
      this.#addJobs({ workflow, started: workflow, triggers, scope, callerAllows, prefix: [] });
    }
    for (const workflow of workflows) {
      if (isStarted(workflow) || this.#called.has(workflow)) continue;
      for (const { name, at } of workflow.jobs) {
        this.jobs.push({
          workflow: workflow.path,
          job: name,
          path: workflow.path,
          at,
          tokens: undefined,
          remark: 'only other workflows call it, and none of these does',
        });
      }
    }
  }

  #addJobs(frame: Frame): void {
    this.#called.add(frame.workflow);
    for (const member of frame.workflow.jobs) {
      if (this.#visited === MAX_JOBS) {
        this.#unread(frame, member.at, `only the first ${MAX_JOBS} jobs are considered`);
      }
      if (this.#visited++ >= MAX_JOBS) return;
      this.#addJob(frame, member);
    }
  }

  #addJob(frame: Frame, member: JsonMember): void {
    const { name, value, at } = member;
    const whyNone = this.#whyNoToken(frame, member);
    const uses = textOf(memberOf(value, 'uses'));
    const local = uses === undefined ? undefined : localPath(uses);
    const called = local === undefined ? undefined : this.open(local);
    if (called !== undefined) {
      this.#call(frame, member, called, whyNone === undefined);
      return;
    }
    if (local !== undefined)
      this.#unread(frame, at, `the workflow ${uses}, which the job ${name} calls, cannot be read`);
    if (whyNone !== undefined) this.#add(frame, member, undefined, whyNone);
    else if (uses === undefined) this.#add(frame, member, this.#ownTokens(frame, member));
    else
      this.#add(frame, member, this.#unknownJobs(frame, uses, local), `which jobs ${uses} has is not known`);
  }

  #ownTokens(frame: Frame, { name, value, at }: JsonMember): JobTokens {
    const environments = environmentsOf(memberOf(value, 'environment'), this.#scopeOf(frame, value));
    if (environments === undefined)
      this.#unread(frame, at, `the environment of the job ${name} cannot be read`);
    const ownWorkflow = { path: this.#fileOf(frame.workflow), mayBeAbsent: frame.prefix.length === 0 };
    return { ...this.#tokens(frame, environments ?? ANY_ENVIRONMENT), ownWorkflow };
  }

  #add(
    { started, workflow, prefix }: Frame,
    { name, at }: JsonMember,
    tokens?: JobTokens,
    remark?: string,
  ): void {
    this.jobs.push({
      workflow: started.path,
      job: [...prefix, name].join(' / '),
      path: workflow.path,
      at,
      tokens,
      remark,
    });
  }

  #whyNoToken(frame: Frame, { name, value, at }: JsonMember): string | undefined {
    const { workflow, callerAllows } = frame;
    const permissions = memberOf(value, 'permissions') ?? workflow.permissions;
    const canBeRead = isReadable(permissions);
    if (value.kind !== 'object' || !canBeRead) {
      const what = value.kind === 'object' ? 'permissions' : 'definition';
      this.#unread(frame, at, `the ${what} of the job ${name} cannot be read`);
    }
    // What cannot be read may allow everything.
    const allows = canBeRead ? (allowsToken(permissions) ?? callerAllows ?? false) : true;
    if (!allows) return 'it has no permission id-token: write';
    return callerAllows === false ? 'the job that calls it has no permission id-token: write' : undefined;
  }

  #call(frame: Frame, { name, value: job }: JsonMember, called: Workflow, callerAllows: boolean): void {
    const prefix = [...frame.prefix, name];
    if (prefix.length >= MAX_LEVELS) {
      this.#unread(frame, job.at, `more than ${MAX_LEVELS} workflows call each other`);
      return;
    }
    const inputs = inputsOfCall(called.events, memberOf(job, 'with'), this.#scopeOf(frame, job));
    this.#addJobs({ ...frame, workflow: called, scope: { inputs }, callerAllows, prefix });
  }

  #scopeOf({ scope }: Frame, job: JsonNode): Scope {
    return { ...scope, matrix: matrixOf(job) };
  }

  #fileOf({ location }: Workflow): string {
    return `${this.home.repository}/${location}`;
  }

  /** Of a workflow that is not here any environment may be meant, and none. */
  #unknownJobs(frame: Frame, uses: string, local: string | undefined): JobTokens {
    const tokens = this.#tokens(frame, ANY_ENVIRONMENT);
    if (local !== undefined) {
      const ownWorkflow = { path: `${this.home.repository}/${local}`, mayBeAbsent: false };
      return { ...tokens, ownWorkflow };
    }
    return { ...tokens, workflow: { kind: 'inside', patterns: refsOf(uses), ignoreCase: false } };
  }

  #tokens({ triggers, started }: Frame, environments: readonly (Bound | undefined)[]): JobTokens {
    const byKey = new Map<string, RunContext>();
    const namesEvent = Array.isArray(this.home.template) && this.home.template.includes('event_name');
    triggers.forEach(({ context, key }) => {
      environments.forEach((environment, index) => {
        const whole = `${index} ${key} ${namesEvent ? context.eventName : ''}`;
        if (!byKey.has(whole)) byKey.set(whole, { ...context, environment });
      });
    });
    const all = [...byKey.values()];
    return {
      contexts: namesEvent ? all : all.filter((one) => !all.some((other) => isWithinOther(one, other))),
      workflow: { kind: 'free' },
      ownWorkflow: undefined,
      name: started.name,
    };
  }

  #unread({ workflow: { path } }: Frame, at: Position, message: string): void {
    this.refuse({ path, at, message });
  }
}

/** What `job_workflow_ref` may be for `OWNER/NAME/.github/workflows/FILE@REF`. */
function refsOf(uses: string): readonly string[] {
  const [file = '', ref = ''] = uses.split('@');
  if (/^refs\/|^[0-9a-f]{40}$/.test(ref)) return [uses];
  return [`${file}@refs/heads/${ref}`, `${file}@refs/tags/${ref}`];
}

/** A path in the repository; undefined where the workflow is another one's, or at a ref of its own. */
function localPath(uses: string): string | undefined {
  return /^\.\/(\.github\/workflows\/[^/@]+)$/.exec(uses)?.[1];
}

/** Whether every token of a run that is on one branch is also one of another kind of run. */
function isWithinOther(one: RunContext, other: RunContext): boolean {
  if (one.event !== other.event || one.environment !== other.environment) return false;
  if (one.ref.kind === 'pull' || one.ref.kind !== other.ref.kind) return false;
  const [{ name }, { name: wider }] = [one.ref, other.ref];
  return name.kind === 'is' && wider.kind !== 'is' && isWithin(wider, name.text);
}
