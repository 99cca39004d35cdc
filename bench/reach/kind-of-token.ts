import type { Home, Question } from '../../src/trust/reach/question.js';
import type { TestToken } from './random-token.js';

/** Whether a token is of a question's kind, by the definition of the question alone: the analysis has no part in it. */
export function isTokenOf(question: Question, token: TestToken, home: Home): boolean {
  const claim = (name: string): string => token[name] ?? '';
  const [owner = '', name = ''] = home.repository.toLowerCase().split('/');
  const [ownerIs = '', nameIs = ''] = claim('repository').split('/');
  const isOwner = ownerIs.toLowerCase() === owner;
  const isName = nameIs.toLowerCase() === name;
  const hasOwnerId = home.ownerId === undefined || claim('repository_owner_id') === home.ownerId;
  const hasId = home.repositoryId === undefined || claim('repository_id') === home.repositoryId;
  const isHome = claim('repository') === home.repository && hasOwnerId && hasId;
  const isInside = (list: readonly string[] | undefined, text: string, flags = ''): boolean =>
    (list ?? []).some((pattern) => glob(pattern, flags).test(text));
  const [, kind, rest = ''] = /^refs\/(heads|tags|pull)\/(.+)$/s.exec(claim('ref')) ?? [];
  const isPull = claim('event_name') === 'pull_request';
  const environment = token['environment'];
  const isNamedRef =
    (kind === 'heads' && isInside(home.branches ?? ['main'], rest)) ||
    (kind === 'tags' && isInside(home.tags, rest));
  switch (question) {
    case 'other-owner':
      return (
        !isOwner && (home.ownerId === undefined || !hasOwnerId) && (home.repositoryId === undefined || !hasId)
      );
    case 'other-repository':
      return (
        ownerIs === home.repository.split('/')[0] &&
        hasOwnerId &&
        !isName &&
        (home.repositoryId === undefined || !hasId)
      );
    case 'recycled-name':
      return (
        claim('repository') === home.repository && (home.repositoryId === undefined ? !hasOwnerId : !hasId)
      );
    case 'pull-request':
      return isHome && isPull && environment === undefined;
    case 'other-branch':
      return isHome && !isPull && environment === undefined && kind === 'heads' && !isNamedRef;
    case 'tag':
      return isHome && !isPull && environment === undefined && kind === 'tags' && !isNamedRef;
    case 'other-environment':
      return isHome && environment !== undefined && !isInside(home.environments, environment, 'i');
    case 'any-ref-in-environment':
      return isHome && environment !== undefined && isInside(home.environments, environment) && !isNamedRef;
    case 'other-workflow':
      return isHome && !isInside(home.workflows, claim('job_workflow_ref'));
    case 'intended': {
      const environments = home.environments ?? [];
      const isEnvironment =
        environments.length === 0
          ? environment === undefined
          : environment !== undefined && isInside(environments, environment);
      const isWorkflow = !home.workflows?.length || isInside(home.workflows, claim('job_workflow_ref'));
      return isHome && !isPull && isNamedRef && isEnvironment && isWorkflow;
    }
  }
}

function glob(pattern: string, flags: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `su${flags}`);
}
