import type { Bound } from './bound.js';
import { type Part, SLOTS, type Slot } from './grammar.js';
import type { RunContext, TokenKind } from './kinds.js';
import { segmentText } from './language.js';
import type { SubjectTemplate } from './question.js';
import {
  absent,
  ClaimParts,
  choice,
  contextClaims,
  end,
  field,
  note,
  otherClaims,
  sequence,
  text,
} from './token-grammar.js';

const FREE: Bound = { kind: 'free' };

/** Values that GitHub has for claims which only a customised subject can show to AWS. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  event_name: [
    'push',
    'pull_request',
    'workflow_dispatch',
    'schedule',
    'release',
    'issue_comment',
    'deployment',
  ],
  repository_visibility: ['public', 'private', 'internal'],
  runner_environment: ['github-hosted', 'self-hosted'],
};

/** Keys of a customised subject whose values are made by whoever writes the workflow or the repository's settings. */
const TEXTS = /^(repo_property_.+|enterprise|head_ref|base_ref)$/;

/** The keys of a customisation that make GitHub's own forms. */
const OWN_FORM: readonly string[] = ['repo', 'context'];

/** All tokens of a kind whose subject is made by one of some templates. */
export function tokenGrammar(kind: TokenKind, templates: readonly SubjectTemplate[]): Part {
  const parts = new ClaimParts(kind);
  return choice(...templates.map((template) => templateGrammar(parts, template)));
}

function templateGrammar(parts: ClaimParts, template: SubjectTemplate): Part {
  const isOwn = template === 'default' || template === 'immutable';
  const keys = isOwn ? OWN_FORM : template;
  const forms = isOwn ? [template === 'immutable'] : keys.includes('repo') ? [false, true] : [false];
  const { isImmutable: known } = parts.kind;
  const possible =
    known === undefined || !keys.includes('repo') ? forms : forms.filter((one) => one === known);
  return choice(
    ...possible.map((isImmutable) =>
      sequence(
        note('immutable', String(isImmutable), isImmutable ? 1 : 0),
        new Subject(parts, keys, isImmutable).from(0, undefined, new Set()),
        otherClaims(
          parts,
          new Set([
            ...claimsOf(keys, isImmutable),
            ...(parts.kind.ownWorkflow === undefined ? [] : (['job_workflow_ref'] as const)),
          ]),
        ),
      ),
    ),
  );
}

/** The claims that do not depend on the kind of run and that a subject of these keys reads along. */
function claimsOf(keys: readonly string[], isImmutable: boolean): ReadonlySet<Slot> {
  const isRead = (slot: Slot): boolean =>
    keys.includes(slot) ||
    (keys.includes('repo') &&
      (slot === 'repository' || (isImmutable && /_id$/.test(slot) && /^rep/.test(slot))));
  return new Set(SLOTS.filter(isRead));
}

interface Segment {
  readonly part: Part;
  readonly slots: readonly Slot[];
}

/** Where a branch will do as well, the token is a branch's, which is easier to imagine; else the first of its kind. */
export function contextNote({ event, environment }: RunContext, at: number): Part {
  return note('context', String(at), at + (event === 'ref' ? 0 : 8) + (environment === undefined ? 0 : 8));
}

/** A subject of given keys, read together with the claims that it repeats; then all other claims. */
class Subject {
  constructor(
    readonly parts: ClaimParts,
    readonly keys: readonly string[],
    readonly isImmutable: boolean,
  ) {}

  /** From one of the keys on. Which kind of run it is gets chosen at the first key that depends on it. */
  from(index: number, context: RunContext | undefined, done: ReadonlySet<Slot>): Part {
    const key = this.keys[index];
    const needsContext = key === undefined || this.#dependsOnRun(key);
    if (context === undefined && needsContext) {
      return choice(
        ...this.parts.kind.contexts.map((one, at) =>
          sequence(contextNote(one, at), this.from(index, one, done)),
        ),
      );
    }
    if (key === undefined) {
      return context === undefined
        ? choice()
        : sequence(end('sub'), contextClaims(this.parts, context, done));
    }
    const colon = index === 0 ? sequence() : text(':', 'sub');
    const { part, slots } = this.#segment(key, context, done);
    return sequence(
      colon,
      part,
      ...slots.map((slot) => end(slot)),
      this.from(index + 1, context, new Set([...done, ...slots])),
    );
  }

  #dependsOnRun(key: string): boolean {
    const { ownWorkflow, contexts } = this.parts.kind;
    if (key === 'job_workflow_ref') return ownWorkflow !== undefined;
    if (key === 'event_name') return contexts.some(({ eventName }) => eventName !== undefined);
    return ['context', 'ref', 'ref_type', 'environment'].includes(key);
  }

  /** What a key adds to the subject, and the claims that are read along. */
  #segment(key: string, context: RunContext | undefined, done: ReadonlySet<Slot>): Segment {
    const { parts } = this;
    const fresh = (...slots: readonly Slot[]): readonly Slot[] => slots.filter((slot) => !done.has(slot));
    const named = (part: Part, slots: readonly Slot[] = []): Segment => ({
      part: sequence(text(`${key}:`, 'sub'), part),
      slots,
    });
    /** How GitHub writes the subject of a job that has not got the claim is not documented. */
    const missing = (slots: readonly Slot[]): Part =>
      sequence(note('guess', key), choice(sequence(), text(`${key}:`, 'sub')), absent(...slots));
    const orMissing = ({ part, slots }: Segment): Segment => ({ part: choice(part, missing(slots)), slots });
    /** A claim that has no colons. */
    const plain = (slot: Slot, part: (slots: readonly Slot[]) => Part): Segment =>
      named(part([...fresh(slot), 'sub']), fresh(slot));
    switch (key) {
      case 'repo':
      case 'repository':
        if (key === 'repo' && this.isImmutable) {
          const slots = fresh('repository', 'repository_owner_id', 'repository_id');
          const only = (slot: Slot): readonly Slot[] => slots.filter((one) => one === slot);
          return named(
            parts.immutable(only('repository'), only('repository_owner_id'), only('repository_id')),
            slots,
          );
        }
        return plain('repository', (slots) => parts.repository(slots));
      case 'repository_owner_id':
        return plain('repository_owner_id', (slots) => parts.ownerId(slots));
      case 'repository_id':
        return plain('repository_id', (slots) => parts.repositoryId(slots));
      case 'repository_owner':
        return named(parts.owner(['sub']));
      case 'actor':
        return plain('actor', (slots) => parts.actor(slots));
      case 'actor_id':
        return plain('actor_id', (slots) => parts.actorId(slots));
      case 'enterprise_id':
        return orMissing(plain('enterprise_id', (slots) => parts.enterpriseId(slots)));
      case 'job_workflow_ref':
        if (parts.kind.ownWorkflow !== undefined && context !== undefined) {
          const file = text(`${parts.kind.ownWorkflow.path}@`, 'sub');
          return named(sequence(file, parts.ref(context, fresh('ref'), ['sub'])), fresh('ref'));
        }
        return orMissing(plain('job_workflow_ref', (slots) => parts.workflowRef(slots)));
      case 'workflow':
        return named(parts.workflow(fresh('workflow'), ['sub']), fresh('workflow'));
      case 'context':
        return context === undefined ? named(choice()) : this.#context(context, fresh('ref', 'environment'));
      case 'ref':
        return context === undefined
          ? named(choice())
          : named(parts.ref(context, fresh('ref'), ['sub']), fresh('ref'));
      case 'environment':
        if (context?.environment === undefined) return { part: missing([]), slots: [] };
        return named(parts.environment(context, fresh('environment'), ['sub']), fresh('environment'));
      case 'ref_type':
        return named(text(context?.ref.kind === 'tag' ? 'tag' : 'branch', 'sub'));
    }
    if (key === 'event_name' && context?.eventName !== undefined)
      return named(text(context.eventName, 'sub'));
    const values = VALUES[key] ?? [];
    const guess = TEXTS.test(key) ? sequence() : note('guess', key);
    const other = sequence(guess, field(`key:${key}`, FREE, segmentText, ['sub']));
    const known = values.map((value) => sequence(note(`key:${key}`, value), text(value, 'sub')));
    return named(choice(...known, other));
  }

  #context(context: RunContext, slots: readonly Slot[]): Segment {
    const only = (slot: Slot): readonly Slot[] => slots.filter((one) => one === slot);
    if (context.environment !== undefined) {
      const part = sequence(
        text('environment:', 'sub'),
        this.parts.environment(context, only('environment'), ['sub']),
      );
      return { part, slots: only('environment') };
    }
    if (context.event === 'pull-request') return { part: text('pull_request', 'sub'), slots: [] };
    const part = sequence(text('ref:', 'sub'), this.parts.ref(context, only('ref'), ['sub']));
    return { part, slots: only('ref') };
  }
}
