import { type Bound, isWithin } from './bound.js';
import { escapeColons, formatSubject } from './evaluator.js';
import type { FixedField, RunContext, TokenKind } from './kinds.js';
import type { GithubToken, SubjectTemplate } from './question.js';
import type { Reading } from './search.js';
import { USUAL_AUDIENCE } from './token-grammar.js';

/** What a token is written from. */
export interface TokenSource {
  readonly reading: Reading;
  readonly kind: TokenKind;
  /** The keys of a customised subject; undefined for GitHub's own forms. */
  readonly keys: readonly string[] | undefined;
  readonly issuer: string;
}

/** Values for what no condition is about. */
const USUAL: Readonly<Record<string, string>> = {
  owner: 'another-owner',
  name: 'another-repository',
  ownerId: '1000001',
  repositoryId: '2000002',
  branch: 'main',
  tag: 'v1',
  pull: '1',
  environment: 'production',
  workflow: 'Deploy',
  actor: 'octocat',
  actorId: '583231',
  enterpriseId: '1',
};

/** Writes the token of a reading, with usual values for whatever was not read. */
export function tokenOf({ reading, kind, keys, issuer }: TokenSource): GithubToken {
  const note = (name: string): string | undefined => reading.notes.find((one) => one.name === name)?.value;
  const read = (name: string): string | undefined => reading.fields.get(name)?.[0];
  const value = (name: string, bound?: Bound): string =>
    bound?.kind === 'is' ? bound.text : (read(name) ?? USUAL[name] ?? 'x');
  const context = kind.contexts[Number(note('context') ?? 0)];
  const ids = {
    ownerId: value('ownerId', kind.ownerId),
    repositoryId: value('repositoryId', kind.repositoryId),
  };
  const owner = value('owner', kind.owner);
  const name = value('name', kind.name);
  const ref = context === undefined ? '' : refOf(context, value);
  const environment =
    context?.environment === undefined ? undefined : value('environment', context.environment);
  const isPull = context?.event === 'pull-request';
  const fixed = (name: FixedField): string | undefined => kind.fixed?.[name];
  const claims = {
    aud: fixed('audience') ?? (note('audience') === 'other' ? value('audience') : USUAL_AUDIENCE),
    repository: `${owner}/${name}`,
    repository_owner: owner,
    repository_id: ids.repositoryId,
    repository_owner_id: ids.ownerId,
    ref,
    environment,
    event_name: note('key:event_name') ?? context?.eventName ?? (isPull ? 'pull_request' : 'push'),
    workflow: fixed('workflow') ?? value('workflow'),
    job_workflow_ref:
      note('job-workflow') === 'absent'
        ? undefined
        : workflowRefOf(reading, note, kind, { owner, name, ref }),
    actor: fixed('actor') ?? value('actor'),
    actor_id: fixed('actorId') ?? value('actorId'),
    enterprise_id: (fixed('enterpriseId') ?? read('enterpriseId')) || undefined,
  };
  const isImmutable = note('immutable') === 'true';
  const subjectContext = isPull ? ({ kind: 'pull-request' } as const) : ({ kind: 'ref', ref } as const);
  const full = formatSubject({
    owner,
    repository: name,
    ownerId: isImmutable ? ids.ownerId : undefined,
    repositoryId: isImmutable ? ids.repositoryId : undefined,
    context: environment === undefined ? subjectContext : { kind: 'environment', environment },
  });
  const sub = keys === undefined ? full : customSubject(keys, full, claims, reading);
  const present = Object.entries({ iss: issuer, sub, ...claims }).filter(([, one]) => one !== undefined);
  return Object.fromEntries(present.map(([key, one]) => [key, String(one)]));
}

function refOf({ ref }: RunContext, value: (name: string, bound?: Bound) => string): string {
  if (ref.kind === 'pull') return `refs/pull/${value('pull')}/merge`;
  return `refs/${ref.kind === 'branch' ? 'heads' : 'tags'}/${value(ref.kind, ref.name)}`;
}

/** The workflow's own file, where no condition is about it. */
function workflowRefOf(
  { fields }: Reading,
  note: (name: string) => string | undefined,
  { ownWorkflow }: TokenKind,
  { owner, name, ref }: { readonly owner: string; readonly name: string; readonly ref: string },
): string {
  if (ownWorkflow !== undefined) return `${ownWorkflow.path}@${ref}`;
  const [file] = fields.get('workflowFile') ?? [];
  if (file === undefined) return `${owner}/${name}/.github/workflows/deploy.yml@${ref}`;
  const part = (field: string): string => fields.get(field)?.[0] ?? 'x';
  const prefix = note('workflow-ref') ?? '';
  const suffix = prefix === 'refs/pull/' ? '/merge' : '';
  return `${part('workflowOwner')}/${part('workflowRepository')}/.github/workflows/${file}@${prefix}${part('workflowRef')}${suffix}`;
}

/** The two parts of GitHub's own form: the repository, and what kind of run it is. */
const OWN_FORM = /^repo:([^:]*):(.*)$/s;

function customSubject(
  keys: readonly string[],
  full: string,
  claims: Readonly<Record<string, string | undefined>>,
  { fields, notes }: Reading,
): string {
  const [, repository = '', context = ''] = OWN_FORM.exec(full) ?? [];
  return keys
    .map((key) => {
      if (key === 'context') return context;
      if (key === 'repo') return `repo:${repository}`;
      if (key === 'ref_type') return `ref_type:${claims['ref']?.startsWith('refs/tags/') ? 'tag' : 'branch'}`;
      const chosen = notes.find(({ name }) => name === `key:${key}`)?.value;
      return `${key}:${chosen ?? escapeColons(claims[key] ?? fields.get(`key:${key}`)?.[0] ?? 'x')}`;
    })
    .join(':');
}

/** Whether GitHub issues such tokens, beyond what the grammar says: how long names can be, and the like. */
export function isPlausible(token: GithubToken): boolean {
  const [owner = '', name = ''] = (token['repository'] ?? '').split('/');
  const workflow = /^([^/]+)\/([^/]+)\//.exec(token['job_workflow_ref'] ?? '');
  const owners = [owner, workflow?.[1] ?? ''];
  const names = [name, workflow?.[2] ?? ''];
  const isPull = token['ref']?.startsWith('refs/pull/') ?? false;
  return (
    owners.every((one) => one.length <= 39) &&
    names.every((one) => one.length <= 100 && !one.endsWith('.git')) &&
    !/\.lock(\/|$)/.test(token['ref'] ?? '') &&
    (token['ref'] ?? '').length <= 255 &&
    (token['environment'] ?? '').length <= 255 &&
    !(isPull && !token['event_name']?.startsWith('pull_request'))
  );
}

/** Whether a token is of a kind, by its claims alone. */
export function isOfKind(token: GithubToken, kind: TokenKind): boolean {
  const claim = (name: string): string => token[name] ?? '';
  const [owner = '', name = ''] = claim('repository').split('/');
  const [workflow, ref] = [token['job_workflow_ref'], claim('ref')];
  return (
    isWithin(kind.owner, owner) &&
    isWithin(kind.name, name) &&
    isWithin(kind.ownerId, claim('repository_owner_id')) &&
    isWithin(kind.repositoryId, claim('repository_id')) &&
    isOfFixed(token, kind) &&
    (workflow === undefined
      ? kind.workflow.kind !== 'inside' && kind.workflow.kind !== 'is'
      : isWithin(kind.workflow, workflow)) &&
    kind.contexts.some((context) => isOfContext(context, ref, token))
  );
}

const CLAIMS: Readonly<Record<FixedField, string>> = {
  audience: 'aud',
  actor: 'actor',
  actorId: 'actor_id',
  enterpriseId: 'enterprise_id',
  workflow: 'workflow',
};

function isOfFixed(token: GithubToken, { fixed = {}, ownWorkflow }: TokenKind): boolean {
  const workflow = token['job_workflow_ref'];
  const isOwn =
    ownWorkflow === undefined ||
    (workflow === undefined ? ownWorkflow.mayBeAbsent : workflow === `${ownWorkflow.path}@${token['ref']}`);
  return isOwn && Object.entries(CLAIMS).every(([name, claim]) => isFixed(fixed, name, token[claim] ?? ''));
}

function isFixed(fixed: Readonly<Record<string, string>>, name: string, claim: string): boolean {
  return fixed[name] === undefined || fixed[name] === claim;
}

function isOfContext(context: RunContext, ref: string, token: GithubToken): boolean {
  const environment = token['environment'];
  const name = token['event_name'];
  if (context.eventName !== undefined && name !== context.eventName) return false;
  const isPull = context.eventName === undefined ? name === 'pull_request' : context.event === 'pull-request';
  if ((environment === undefined) !== (context.environment === undefined)) return false;
  if (environment !== undefined && context.environment && !isWithin(context.environment, environment))
    return false;
  if (isPull !== (context.event === 'pull-request')) return false;
  const [, folder, rest = ''] = /^refs\/(heads|tags|pull)\/(.+)$/s.exec(ref) ?? [];
  if (context.ref.kind === 'pull') return folder === 'pull' && /^[1-9]\d*\/merge$/.test(rest);
  return folder === (context.ref.kind === 'branch' ? 'heads' : 'tags') && isWithin(context.ref.name, rest);
}

/** The keys of a template that is customised. */
export function keysOf(template: SubjectTemplate): readonly string[] | undefined {
  return template === 'default' || template === 'immutable' ? undefined : template;
}
