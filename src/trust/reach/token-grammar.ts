import type { Bound } from './bound.js';
import { escapeColons } from './evaluator.js';
import type { Part, Slot } from './grammar.js';
import type { RunContext, TokenKind } from './kinds.js';
import {
  actorName,
  anyText,
  boundedLanguage,
  commitId,
  id,
  type Language,
  ownerName,
  refName,
  repositoryName,
  workflowFile,
} from './language.js';

/** The audience of nearly every token for AWS. */
export const USUAL_AUDIENCE = 'sts.amazonaws.com';

/** What a rare choice costs, in letters, so that it is made only where it has to be. */
export const RARE_CHOICE = 40;

export const sequence = (...parts: readonly Part[]): Part => ({ kind: 'sequence', parts });
export const choice = (...parts: readonly Part[]): Part => ({ kind: 'choice', parts });
export const text = (one: string, ...slots: readonly Slot[]): Part => ({ kind: 'text', text: one, slots });
export const end = (...slots: readonly Slot[]): Part => ({ kind: 'end', slots });
export const absent = (...slots: readonly Slot[]): Part => ({ kind: 'absent', slots });
export const note = (name: string, value: string, cost = 0): Part => ({ kind: 'note', name, value, cost });

/** A field as a text where it is known, else as whatever its language and bound allow. */
export function field(
  name: string,
  bound: Bound,
  base: Language,
  slots: readonly Slot[],
  escaped: readonly Slot[] = [],
): Part {
  if (bound.kind === 'is') {
    return sequence(text(bound.text, ...slots), text(escapeColons(bound.text), ...escaped));
  }
  const isBound = bound.kind !== 'free';
  return { kind: 'field', name, language: boundedLanguage(base, bound), slots, escaped, isBound };
}

const FREE: Bound = { kind: 'free' };

const exactly = (text: string | undefined): Bound => (text === undefined ? FREE : { kind: 'is', text });

/** The claims of a token beside its subject, each as the parts that it is read from. */
export class ClaimParts {
  /** The parts are shared, so that the languages of a kind are made once. */
  constructor(readonly kind: TokenKind) {}

  repository(slots: readonly Slot[]): Part {
    const { owner, name } = this.kind;
    return sequence(
      field('owner', owner, ownerName, slots),
      text('/', ...slots),
      field('name', name, repositoryName, slots),
    );
  }

  /** The repository with the ids of the immutable form; the ids are claims of their own as well. */
  immutable(repository: readonly Slot[], ownerId: readonly Slot[], repositoryId: readonly Slot[]): Part {
    const { kind } = this;
    const both = [...repository, 'sub'] as const;
    return sequence(
      field('owner', kind.owner, ownerName, both),
      text('@', 'sub'),
      field('ownerId', kind.ownerId, id, [...ownerId, 'sub']),
      text('/', ...both),
      field('name', kind.name, repositoryName, both),
      text('@', 'sub'),
      field('repositoryId', kind.repositoryId, id, [...repositoryId, 'sub']),
    );
  }

  owner(slots: readonly Slot[]): Part {
    return field('owner', this.kind.owner, ownerName, slots);
  }

  ownerId(slots: readonly Slot[]): Part {
    return field('ownerId', this.kind.ownerId, id, slots);
  }

  repositoryId(slots: readonly Slot[]): Part {
    return field('repositoryId', this.kind.repositoryId, id, slots);
  }

  /** The workflow's own file stands at the same ref, so its claim is read along, the first time. */
  ref(context: RunContext, slots: readonly Slot[], escaped: readonly Slot[]): Part {
    const { ownWorkflow } = this.kind;
    if (ownWorkflow === undefined || !slots.includes('ref')) return this.#refAlone(context, slots, escaped);
    const { path, mayBeAbsent } = ownWorkflow;
    const slot = 'job_workflow_ref';
    const named = sequence(
      text(`${path}@`, slot),
      this.#refAlone(context, [...slots, slot], escaped),
      end(slot),
    );
    if (!mayBeAbsent) return named;
    return choice(
      named,
      sequence(
        note('job-workflow', 'absent', RARE_CHOICE),
        absent(slot),
        this.#refAlone(context, slots, escaped),
      ),
    );
  }

  #refAlone({ ref }: RunContext, slots: readonly Slot[], escaped: readonly Slot[]): Part {
    const all = [...slots, ...escaped];
    if (ref.kind === 'pull') {
      return sequence(text('refs/pull/', ...all), field('pull', FREE, id, all), text('/merge', ...all));
    }
    const folder = ref.kind === 'branch' ? 'heads' : 'tags';
    return sequence(text(`refs/${folder}/`, ...all), field(ref.kind, ref.name, refName, slots, escaped));
  }

  environment({ environment }: RunContext, slots: readonly Slot[], escaped: readonly Slot[]): Part {
    if (environment === undefined) return absent(...slots);
    return field('environment', environment, anyText, slots, escaped);
  }

  workflow(slots: readonly Slot[], escaped: readonly Slot[]): Part {
    return field('workflow', exactly(this.kind.fixed?.workflow), anyText, slots, escaped);
  }

  actor(slots: readonly Slot[]): Part {
    return field('actor', exactly(this.kind.fixed?.actor), actorName, slots);
  }

  actorId(slots: readonly Slot[]): Part {
    return field('actorId', exactly(this.kind.fixed?.actorId), id, slots);
  }

  enterpriseId(slots: readonly Slot[]): Part {
    return field('enterpriseId', exactly(this.kind.fixed?.enterpriseId), id, slots);
  }

  maybeEnterpriseId(): Part {
    const fixed = this.kind.fixed?.enterpriseId;
    const none = sequence(note('enterprise', 'none'), absent('enterprise_id'));
    const some = sequence(note('enterprise', 'some'), this.enterpriseId(['enterprise_id']));
    return fixed === undefined ? choice(none, some) : fixed === '' ? none : some;
  }

  /** A workflow's file: any repository may call one of any other's, at any ref or commit. */
  workflowRef(slots: readonly Slot[]): Part {
    return sequence(
      note('job-workflow', 'named'),
      field('workflowOwner', FREE, ownerName, slots),
      text('/', ...slots),
      field('workflowRepository', FREE, repositoryName, slots),
      text('/.github/workflows/', ...slots),
      field('workflowFile', FREE, workflowFile, slots),
      text('@', ...slots),
      choice(
        sequence(
          note('workflow-ref', 'refs/heads/'),
          text('refs/heads/', ...slots),
          field('workflowRef', FREE, refName, slots),
        ),
        sequence(
          note('workflow-ref', 'refs/tags/'),
          text('refs/tags/', ...slots),
          field('workflowRef', FREE, refName, slots),
        ),
        sequence(
          note('workflow-ref', 'refs/pull/'),
          text('refs/pull/', ...slots),
          field('workflowRef', FREE, id, slots),
          text('/merge', ...slots),
        ),
        sequence(note('workflow-ref', ''), field('workflowRef', FREE, commitId, slots)),
      ),
    );
  }

  audience(slots: readonly Slot[]): Part {
    const fixed = this.kind.fixed?.audience;
    if (fixed !== undefined) return text(fixed, ...slots);
    return choice(
      sequence(note('audience', 'usual'), text(USUAL_AUDIENCE, ...slots)),
      sequence(note('audience', 'other', RARE_CHOICE), field('audience', FREE, anyText, slots)),
    );
  }
}

/** The claims that depend on the kind of run, where a subject has not read them yet. */
export function contextClaims(parts: ClaimParts, context: RunContext, done: ReadonlySet<Slot>): Part {
  return rest(done, [
    ['ref', () => parts.ref(context, ['ref'], [])],
    ['environment', () => parts.environment(context, ['environment'], [])],
  ]);
}

/**
 * All others. They come last and once, so that what came before is forgotten as far as it does not matter any more. A
 * condition on `job_workflow_ref` may find nothing: reports of jobs that call no workflow differ.
 */
export function otherClaims(parts: ClaimParts, done: ReadonlySet<Slot>): Part {
  return rest(done, [
    ['repository', () => parts.repository(['repository'])],
    ['repository_owner_id', () => parts.ownerId(['repository_owner_id'])],
    ['repository_id', () => parts.repositoryId(['repository_id'])],
    [
      'job_workflow_ref',
      () =>
        choice(
          parts.workflowRef(['job_workflow_ref']),
          sequence(note('job-workflow', 'absent', RARE_CHOICE), absent('job_workflow_ref')),
        ),
    ],
    ['workflow', () => parts.workflow(['workflow'], [])],
    ['actor', () => parts.actor(['actor'])],
    ['actor_id', () => parts.actorId(['actor_id'])],
    ['enterprise_id', () => parts.maybeEnterpriseId()],
    ['aud', () => parts.audience(['aud'])],
  ]);
}

/** Each claim that is not done, and its end; what is absent has been decided, and ending it changes nothing. */
function rest(done: ReadonlySet<Slot>, claims: readonly (readonly [Slot, () => Part])[]): Part {
  const open = claims.filter(([slot]) => !done.has(slot));
  return sequence(...open.map(([slot, part]) => sequence(part(), end(slot))));
}
