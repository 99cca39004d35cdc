/** What can be asked about a role, each about one kind of token; `kindOf` in kinds.ts says which. */
export const QUESTIONS = [
  'other-owner',
  'other-repository',
  'recycled-name',
  'pull-request',
  'other-branch',
  'tag',
  'other-environment',
  'any-ref-in-environment',
  'other-workflow',
  'intended',
] as const;

export type Question = (typeof QUESTIONS)[number];

/** The claims of a token from GitHub: all that AWS evaluates, the issuer, and what says in words whose it is. */
export type GithubToken = Readonly<Record<string, string>>;

/** How a repository's subjects are made: GitHub's own forms, or the keys of its customisation. */
export type SubjectTemplate = 'default' | 'immutable' | readonly string[];

/** The repository that a role is for, and what of it the role is for. `*` and `?` are wildcards in lists. */
export interface Home {
  /** OWNER/NAME, as its tokens have it. */
  readonly repository: string;
  readonly ownerId?: string | undefined;
  readonly repositoryId?: string | undefined;
  /** Names of branches; `main` unless said otherwise. */
  readonly branches?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly environments?: readonly string[] | undefined;
  /** Values of `job_workflow_ref`. Undefined or empty: whichever. */
  readonly workflows?: readonly string[] | undefined;
  /** Undefined: GitHub's own forms, whichever of them. */
  readonly template?: SubjectTemplate | undefined;
  /** The address of the issuer. Undefined: the issuers of GitHub's kinds that the policy names, else github.com's. */
  readonly issuer?: string | undefined;
}

export interface ReachOptions {
  /** Milliseconds from any origin, so that a search can stop in time; without it only `maxStates` stops it. */
  readonly now?: (() => number) | undefined;
  /** Milliseconds for one question; 2,000 unless said otherwise. */
  readonly maxMs?: number | undefined;
  /** States for one question; 400,000 unless said otherwise. */
  readonly maxStates?: number | undefined;
}

/** Why a question has no answer. */
export type UnknownReason =
  /** The search ran out of states. */
  | 'states'
  /** The search ran out of time. */
  | 'time'
  /** It depends on a value that only a deployment of the policy tells. */
  | 'deployment'
  /** It depends on a condition that cannot be bounded, such as a variable that compares two claims. */
  | 'condition'
  /** It depends on how the subjects of repositories that are not one's own are made. */
  | 'template'
  /** The policy names ids, and it is not known whose they are. */
  | 'ids'
  /** Only tokens get in that GitHub is not known to issue: names that are too long, or not allowed. */
  | 'names';

/** Whether some token of a kind can assume a role. `because` is a sentence for people. */
export type Answer = { readonly question: Question; readonly because: string } & (
  | { readonly answer: 'no' }
  | {
      readonly answer: 'yes';
      readonly witness: GithubToken;
      /** The statement that lets it in, counted from 1. */
      readonly statement: number;
    }
  | {
      readonly answer: 'depends';
      readonly witness: GithubToken;
      readonly statement: number;
      /** The keys that only AWS knows. */
      readonly keys: readonly string[];
      /** Values of these keys with which the witness gets in; a key that is not here is absent. */
      readonly suppose: Readonly<Record<string, string>>;
    }
  | { readonly answer: 'unknown'; readonly reason: UnknownReason }
);
