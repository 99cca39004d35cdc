import { evaluatedClaims } from '../../trust/oidc/claims.js';
import { issuerKind, providerPath } from '../../trust/oidc/issuer.js';
import { escapeColons } from '../../trust/oidc/subject.js';
import type { Home, SubjectTemplate } from '../../trust/reach/question.js';
import { USUAL_AUDIENCE } from '../../trust/reach/token-grammar.js';

/** One line of a Condition block. */
export interface SuggestedCondition {
  readonly operator: 'StringEquals' | 'StringLike' | 'Null';
  /** The claim, which stands behind the issuer in the key. */
  readonly claim: string;
  readonly values: readonly string[];
}

/** How much a policy says: what is needed in most cases, or all that AWS evaluates. */
export type Extent = 'lean' | 'full';

/** A home whose issuer is known. */
export type KnownHome = Home & { readonly issuer: string };

/** One kind of run that is wanted: a value for each claim that a subject may repeat; patterns where it is one. */
interface Run {
  readonly ref: string;
  readonly environment: string | undefined;
  readonly workflow: string | undefined;
}

/** A subject's repository in GitHub's older form, or with the ids behind the names. */
type Form = 'default' | 'immutable';

/** No policy of 4,096 characters has as many subjects. */
const MAX_SUBJECTS = 200;

const isPattern = (text: string): boolean => /[*?]/.test(text);

/** The conditions that let in what is asked for; whether they let in nothing else is for proof.ts to find out. */
export function conditionsFor(home: KnownHome, extent: Extent): readonly SuggestedCondition[] {
  const evaluated = new Set(evaluatedClaims(home.issuer));
  const subjects = subjectsFor(home);
  const claims: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['aud', [USUAL_AUDIENCE]],
    ['sub', subjects],
    ['repository', needsRepository(subjects) || extent === 'full' ? [home.repository] : undefined],
    ['repository_id', idFor(home.repositoryId, subjects, extent)],
    ['repository_owner_id', idFor(home.ownerId, subjects, extent)],
    ['ref', needsRef(home) || extent === 'full' ? refsOf(home) : undefined],
    ['environment', environmentsFor(home, extent)],
    ['job_workflow_ref', home.workflows?.length ? home.workflows : undefined],
  ];
  const present = claims.flatMap(([claim, values]) =>
    values !== undefined && evaluated.has(claim) ? [compared(claim, values)] : [],
  );
  const isWithout = extent === 'full' && !home.environments?.length && evaluated.has('environment');
  return [
    ...present,
    ...(isWithout ? [{ operator: 'Null', claim: 'environment', values: ['true'] } as const] : []),
  ];
}

function compared(claim: string, values: readonly string[]): SuggestedCondition {
  return { operator: values.some(isPattern) ? 'StringLike' : 'StringEquals', claim, values };
}

/** The prefix of an issuer's condition keys. */
export function keyOf(issuer: string, claim: string): string {
  return `${providerPath(issuer)}:${claim}`;
}

/** Whether an id is missing, so that only the name says whose token it is. */
function needsRepository(subjects: readonly string[]): boolean {
  return subjects.some((one) => one.includes('@*') || !/^repo(sitory)?:[^*:]+:/.test(one));
}

function idFor(
  id: string | undefined,
  subjects: readonly string[],
  extent: Extent,
): readonly string[] | undefined {
  if (id === undefined) return undefined;
  const isBound = subjects.every((one) => new RegExp(`(@|_id:)${id}(?=[/:]|$)`).test(one));
  return isBound && extent === 'lean' ? undefined : [id];
}

/** GitHub's own subject of a job with an environment does not have the ref. */
function needsRef({ environments }: Home): boolean {
  return Boolean(environments?.length);
}

/** In a subject a colon is `%3A`, which is also how a name may be written, and which `?` does not match. */
function environmentsFor({ environments }: Home, extent: Extent): readonly string[] | undefined {
  if (!environments?.length) return undefined;
  const isOpen = environments.some((one) => isPattern(one) || /:|%3A/.test(one));
  return isOpen || extent === 'full' ? environments : undefined;
}

function refsOf({ branches = ['main'], tags = [] }: Home): readonly string[] {
  return [...branches.map((name) => `refs/heads/${name}`), ...tags.map((name) => `refs/tags/${name}`)];
}

function runsOf(home: Home): readonly Run[] {
  const environments = home.environments?.length ? home.environments : [undefined];
  const workflows = home.workflows?.length ? home.workflows : [undefined];
  return refsOf(home).flatMap((ref) =>
    environments.flatMap((environment) => workflows.map((workflow) => ({ ref, environment, workflow }))),
  );
}

/** Why no list of subjects is made. */
export class TooManySubjects extends Error {
  override readonly name = 'TooManySubjects';
}

function subjectsFor(home: KnownHome): readonly string[] {
  const isEvaluated = evaluatedClaims(home.issuer).includes('environment');
  const subjects = new Set<string>();
  for (const { form, keys } of formsOf(home)) {
    for (const run of runsOf(home)) {
      subjects.add(keys.map((key) => segment(key, home, run, { form, isEvaluated })).join(':'));
      if (subjects.size > MAX_SUBJECTS) throw new TooManySubjects();
    }
  }
  return [...subjects];
}

/** How the repository's subjects may be made. GitHub Enterprise Server has no immutable ones. */
function formsOf({ template, issuer }: KnownHome): readonly {
  readonly form: Form;
  readonly keys: readonly string[];
}[] {
  const isOwn = (one: SubjectTemplate | undefined): one is 'default' | 'immutable' | undefined =>
    one === undefined || one === 'default' || one === 'immutable';
  const keys = isOwn(template) ? ['repo', 'context'] : template;
  const isOpen = template === undefined || (!isOwn(template) && template.includes('repo'));
  const forms: readonly Form[] = isOpen
    ? ['default', 'immutable']
    : [template === 'immutable' ? 'immutable' : 'default'];
  const known = issuerKind(issuer) === 'ghes' ? forms.filter((one) => one !== 'immutable') : forms;
  return known.map((form) => ({ form, keys }));
}

/** What a key of the template adds to the subject; a wildcard where it may be anything. */
function segment(
  key: string,
  home: KnownHome,
  { ref, environment, workflow }: Run,
  { form, isEvaluated }: { readonly form: Form; readonly isEvaluated: boolean },
): string {
  const [owner = '', name = ''] = home.repository.split('/');
  const { ownerId = '*', repositoryId = '*' } = home;
  const named = (value: string): string => `${key}:${escapeColons(value)}`;
  // The condition on the claim itself says which.
  const open = environment !== undefined && isPattern(environment) && isEvaluated ? '*' : environment;
  switch (key) {
    case 'repo':
      return named(form === 'immutable' ? `${owner}@${ownerId}/${name}@${repositoryId}` : home.repository);
    case 'repository':
      return named(home.repository);
    case 'repository_owner':
      return named(owner);
    case 'repository_id':
      return named(repositoryId);
    case 'repository_owner_id':
      return named(ownerId);
    case 'context':
      return open === undefined ? `ref:${escapeColons(ref)}` : `environment:${escapeColons(open)}`;
    case 'ref':
      return named(ref);
    case 'ref_type':
      return named(ref.startsWith('refs/tags/') ? 'tag' : 'branch');
    case 'environment':
      return named(open ?? '*');
    case 'job_workflow_ref':
      return named(workflow ?? '*');
  }
  return named('*');
}
