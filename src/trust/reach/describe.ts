import { quote } from '../../core/text.js';
import { splitRepository } from './kinds.js';
import type { GithubToken, Home, Question, UnknownReason } from './question.js';

/** A token in words: whose run it belongs to, and what its subject is made of where that is customised. */
export function describeToken(token: GithubToken): string {
  const { environment, ref = '', repository = '', sub = '', job_workflow_ref: workflow = '' } = token;
  const run = describeRun(ref, token['event_name'] === 'pull_request' || ref.startsWith('refs/pull/'));
  const from = environment === undefined ? '' : ` from an environment named ${name(environment)}`;
  const form = /^repo:[^:]+:(ref:[^:]+|environment:[^:]+|pull_request)$/s.test(sub)
    ? ''
    : `, with the customised subject ${quote(sub)}`;
  const calling =
    workflow === '' || workflow.startsWith(`${repository}/`)
      ? ''
      : `, calling the workflow ${name(workflow)}`;
  return `${run} of ${name(repository)}${from}${calling}${form}`;
}

function describeRun(ref: string, isPull: boolean): string {
  const [, folder, rest = ''] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (isPull)
    return folder === 'heads' ? `a pull request merged into the branch ${name(rest)}` : 'a pull request';
  if (folder === 'heads') return `the branch ${name(rest)}`;
  return folder === 'tags' ? `the tag ${name(rest)}` : 'a run';
}

/** Quoted only where it has to be, so that the sentence reads as one. */
function name(text: string): string {
  return /^[\w./@-]+$/.test(text) ? text : quote(text);
}

/** The kind of token that a question is about, in words. */
export function describeQuestion(question: Question, home: Home): string {
  const { repository, environments = [], branches = ['main'], tags = [], workflows = [] } = home;
  const [owner] = splitRepository(home);
  const outside = (list: readonly string[]): string =>
    list.length === 0 ? '' : ` other than ${list.map(name).join(', ')}`;
  switch (question) {
    case 'other-owner':
      return `a repository of an owner other than ${name(owner)}`;
    case 'other-repository':
      return `a repository of ${name(owner)} other than ${name(repository)}`;
    case 'recycled-name':
      return `another repository that has taken the name ${name(repository)}`;
    case 'pull-request':
      return `a pull request of ${name(repository)}`;
    case 'other-branch':
      return `a branch of ${name(repository)}${outside(branches)}`;
    case 'tag':
      return `a tag of ${name(repository)}${outside(tags)}`;
    case 'other-environment':
      return `an environment of ${name(repository)}${outside(environments)}`;
    case 'any-ref-in-environment':
      return `an environment of ${name(repository)} from a ref${outside([...branches, ...tags])}`;
    case 'other-workflow':
      return `a run of ${name(repository)} in a workflow${outside(workflows)}`;
    case 'intended':
      return `the intended runs of ${name(repository)}`;
  }
}

/** Why there is no answer, as the end of a sentence. */
export function describeReason(reason: UnknownReason, what: string | undefined): string {
  const named = what === undefined ? '' : ` ${quote(what)}`;
  switch (reason) {
    case 'states':
      return 'the policy is too large to search in full';
    case 'time':
      return 'the search took too long';
    case 'deployment':
      return what === undefined
        ? 'only a deployment tells which provider is trusted'
        : `only a deployment tells the value of${named}`;
    case 'condition':
      return `the condition${what === undefined ? '' : ` on${named}`} cannot be decided for all tokens`;
    case 'template':
      return `it depends on how the subject is customised${what === undefined ? '' : ` (${what})`}`;
    case 'ids':
      return 'the policy names ids, and it is not known whose they are: give the ids of the owner and the repository';
    case 'names':
      return 'only names that GitHub does not allow would get in';
  }
}
