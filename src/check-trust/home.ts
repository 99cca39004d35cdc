import { formatList, oneLine, quote } from '../core/text.js';
import { InputParseError, list, matching, type Parse } from '../inputs/parsers.js';
import { kindOf } from '../trust/reach/kinds.js';
import { type Home, QUESTIONS, type Question, type SubjectTemplate } from '../trust/reach/question.js';
import { NoSuchFile } from './sources/files.js';
import {
  type OwnWorkflows,
  readOwnWorkflows,
  splitWorkflowItems,
  WorkflowItemProblem,
} from './workflows/own-workflows.js';

/** What the roles are for, by the names of the inputs and options. */
export const REACH_INPUTS = [
  'repository',
  'owner-id',
  'repository-id',
  'branches',
  'tags',
  'environments',
  'workflows',
  'subject-template',
  'never',
] as const;

export type ReachInput = (typeof REACH_INPUTS)[number];

/** Who is asked about, and what must not be. */
export interface ReachInputs {
  readonly home: Home;
  /** The questions whose answer must be no. */
  readonly never: readonly Question[];
  /** The repository's own workflows, where it was asked what they can assume. */
  readonly own?: OwnWorkflows | undefined;
}

/** The repository whose workflow runs the check. */
export type RunningRepository = Pick<Home, 'repository' | 'ownerId' | 'repositoryId'>;

const MAX_ITEMS = 100;

const id = matching(/^[1-9]\d{0,19}$/, 'an id, which is a number');
const names = (what: string, pattern: RegExp): Parse<readonly string[]> =>
  list(matching(pattern, what), { max: MAX_ITEMS });

/** What the names of a repository look like. */
export const NAMES = {
  branches: { what: 'names of branches, without refs/heads/', pattern: /^(?!refs\/)\S+$/ },
  tags: { what: 'names of tags, without refs/tags/', pattern: /^(?!refs\/)\S+$/ },
  environments: { what: 'names of environments', pattern: /\S/ },
  workflows: { what: 'workflows as OWNER/NAME/.github/workflows/FILE@REF', pattern: /^[^/\s]+\/\S+$/ },
} as const;

/** The questions whose answer may have to be no. */
export const FORBIDDABLE = QUESTIONS.filter((one) => one !== 'intended');

const PARSERS = {
  repository: matching(/^[\w.-]+\/[\w.-]+$/, 'OWNER/NAME'),
  'owner-id': id,
  'repository-id': id,
  branches: names(NAMES.branches.what, NAMES.branches.pattern),
  tags: names(NAMES.tags.what, NAMES.tags.pattern),
  environments: names(NAMES.environments.what, NAMES.environments.pattern),
  workflows: names('folders of workflows, or workflows as OWNER/NAME/.github/workflows/FILE@REF', /^\S+$/),
  'subject-template': parseTemplate,
  never: parseNever,
} satisfies Record<ReachInput, Parse<unknown>>;

function parseTemplate(raw: string): SubjectTemplate {
  if (raw === 'default' || raw === 'immutable') return raw;
  return names('default, immutable, or the keys of the template such as repo,context', /^[a-z_]+$/)(raw);
}

function parseNever(raw: string): readonly Question[] {
  return list((item) => item)(raw).map((item) => {
    const question = FORBIDDABLE.find((one) => one === item);
    if (question === undefined) throw new InputParseError(formatList(FORBIDDABLE, 'or'));
    return question;
  });
}

/**
 * Reads what the roles are for; undefined where nothing is said. Where it is not said which repository they are for,
 * they are for the one that runs.
 * @param input the text of an input, empty where it is not given
 * @param refuse called with each thing that is wrong
 * @param directory where files of workflows are named from
 */
export function readReachInputs(
  input: (name: ReachInput) => string,
  issuer: string | undefined,
  running: RunningRepository | undefined,
  refuse: (name: ReachInput, problem: string) => void,
  directory: string,
): ReachInputs | undefined {
  if (REACH_INPUTS.every((name) => input(name) === '')) return undefined;
  const read = <Name extends ReachInput>(name: Name, parse: Parse<ReturnType<(typeof PARSERS)[Name]>>) => {
    const text = input(name);
    if (text === '') return undefined;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof InputParseError)) throw error;
      refuse(name, `got ${quote(text)}; allowed: ${oneLine(error.allowed)}`);
      return undefined;
    }
  };
  const isNamed = input('repository') !== '';
  const repository = isNamed ? read('repository', PARSERS.repository) : running?.repository;
  if (repository === undefined) {
    if (!isNamed) refuse('repository', 'OWNER/NAME is required to say who can assume a role');
    return undefined;
  }
  const isRunning = running?.repository.toLowerCase() === repository.toLowerCase();
  const fromDisk = <T>(find: () => T, fallback: T): T => {
    try {
      return find();
    } catch (error) {
      if (!(error instanceof WorkflowItemProblem || error instanceof NoSuchFile)) throw error;
      refuse('workflows', error.message);
      return fallback;
    }
  };
  const named = read('workflows', PARSERS.workflows) ?? [];
  const { own: files, called } = fromDisk(() => splitWorkflowItems(named, directory), {
    own: [],
    called: [],
  });
  const home: Home = {
    repository,
    ownerId: read('owner-id', id) ?? (isRunning ? running.ownerId : undefined),
    repositoryId: read('repository-id', id) ?? (isRunning ? running.repositoryId : undefined),
    branches: read('branches', PARSERS.branches),
    tags: read('tags', PARSERS.tags),
    environments: read('environments', PARSERS.environments),
    workflows: called.length === 0 ? undefined : called,
    template: read('subject-template', parseTemplate),
    issuer,
  };
  const never = read('never', parseNever) ?? [];
  for (const question of never) {
    if (kindOf(question, home) === undefined) refuse('never', `${question} needs ${NEEDS[question]}`);
  }
  const own =
    files.length === 0 ? undefined : fromDisk(() => readOwnWorkflows(files, directory, home), undefined);
  return { home, never, own };
}

/** What some questions cannot be asked without. */
export const NEEDS: Readonly<Partial<Record<Question, string>>> = {
  'recycled-name': 'owner-id or repository-id',
  'any-ref-in-environment': 'environments',
  'other-workflow': 'workflows as OWNER/NAME/.github/workflows/FILE@REF',
};
