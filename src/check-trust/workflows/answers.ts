import { formatList } from '../../core/text.js';
import type { TrustPolicy } from '../../trust/language/policy.js';
import { describeToken } from '../../trust/reach/describe.js';
import { homeTokens, type RunContext, type TokenKind } from '../../trust/reach/kinds.js';
import type { GithubToken, Home, ReachOptions } from '../../trust/reach/question.js';
import { ReachAnalysis } from '../../trust/reach/reach.js';
import { type RunAccess, runAccess } from '../../trust/reach/run-access.js';
import type { JobTokens, WorkflowJob } from './jobs.js';

/** Whether a job can assume a role. */
export interface JobAnswer {
  readonly job: WorkflowJob;
  readonly answer: RunAccess['answer'];
  /** A sentence. */
  readonly because: string;
  /** Of `only-if`: each what it takes, in words that go on a sentence. */
  readonly when: readonly string[];
  readonly witness: GithubToken | undefined;
  /** Every pull request that starts it can, forks aside. */
  readonly isForPullRequests: boolean;
}

/** So many policies with all of their answers are kept. */
const MAX_KNOWN = 200;

/** Asks of many jobs and roles; jobs whose tokens are alike for a role are asked once. */
export class JobQuestions {
  readonly #cache = new Map<string, Omit<JobAnswer, 'job'>>();
  readonly #known = new Map<string, readonly JobAnswer[]>();
  readonly #numbers = new Map<object, number>();

  constructor(
    readonly jobs: readonly WorkflowJob[],
    readonly home: Home,
    readonly options: ReachOptions,
  ) {}

  /** What each job can do to one role. Many roles of an account have the same policy. */
  answers(policy: TrustPolicy): readonly JobAnswer[] {
    const text = JSON.stringify(policy, (name, value: unknown) => (name === 'at' ? undefined : value));
    const answers = this.#known.get(text) ?? this.#answers(policy);
    if (this.#known.size < MAX_KNOWN) this.#known.set(text, answers);
    return answers;
  }

  #answers(policy: TrustPolicy): readonly JobAnswer[] {
    const analysis = new ReachAnalysis(policy, { maxMs: 500, ...this.options });
    this.#cache.clear();
    const whole = analysis.outcome(this.home, homeTokens(this.home));
    return this.jobs.map((job): JobAnswer => {
      const { tokens, remark = '' } = job;
      if (tokens === undefined) return { ...NOBODY, job, because: `It gets no token: ${remark}.` };
      if (whole.answer === 'no') return { ...NOBODY, job, because: 'None of its tokens gets in.' };
      const key = this.#keyOf(tokens);
      const known = this.#cache.get(key) ?? this.#ask(policy, analysis, tokens);
      this.#cache.set(key, known);
      const doubt =
        job.remark === undefined || known.answer === 'no'
          ? ''
          : ` ${job.remark.charAt(0).toUpperCase()}${job.remark.slice(1)}.`;
      return { ...known, job, because: `${known.because}${doubt}` };
    });
  }

  /** Automata are equal where they are the same object. */
  #keyOf(tokens: JobTokens): string {
    return JSON.stringify(tokens, (_, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('accepts' in value)) return value;
      const known = this.#numbers.get(value) ?? this.#numbers.size;
      this.#numbers.set(value, known);
      return known;
    });
  }

  #ask(policy: TrustPolicy, analysis: ReachAnalysis, tokens: JobTokens): Omit<JobAnswer, 'job'> {
    const kind = kindOfJob(this.home, tokens);
    const access = runAccess(policy, analysis, this.home, kind);
    const pulls = tokens.contexts.filter(isPullRequest);
    const isForPullRequests =
      pulls.length > 0 &&
      (access.answer === 'yes' ||
        (access.answer === 'only-if' &&
          pulls.some(
            (one) => runAccess(policy, analysis, this.home, { ...kind, contexts: [one] }).answer === 'yes',
          )));
    return { ...wordsOf(access), isForPullRequests };
  }
}

const NOBODY = { answer: 'no', when: [], witness: undefined, isForPullRequests: false } as const;

const isPullRequest = ({ event, ref }: RunContext): boolean =>
  event === 'pull-request' && ref.kind === 'pull';

function kindOfJob(home: Home, { contexts, workflow, ownWorkflow, name }: JobTokens): TokenKind {
  return { ...homeTokens(home), contexts, workflow, ownWorkflow, fixed: { workflow: name } };
}

function wordsOf(access: RunAccess): Pick<JobAnswer, 'answer' | 'because' | 'when' | 'witness'> {
  const { answer } = access;
  switch (answer) {
    case 'no':
      return { answer, because: 'None of its tokens gets in.', when: [], witness: undefined };
    case 'unknown':
      return { answer, because: `It is not known: ${access.because}.`, when: [], witness: undefined };
    case 'yes': {
      const { witness } = access;
      return {
        answer,
        because: `All of its runs get in, such as ${describeToken(witness)}.`,
        when: [],
        witness,
      };
    }
    case 'only-if': {
      const { when, witness } = access;
      return { answer, because: `It gets in only ${formatList(when, 'or')}.`, when, witness };
    }
  }
}
