import type { Bound } from './bound.js';
import type { Part } from './grammar.js';
import type { TokenKind } from './kinds.js';
import { claimName, propertyName, segmentText } from './language.js';
import type { Reading } from './search.js';
import { contextNote } from './subject-grammar.js';
import {
  ClaimParts,
  choice,
  contextClaims,
  end,
  field,
  note,
  otherClaims,
  RARE_CHOICE,
  sequence,
  text,
} from './token-grammar.js';

const FREE: Bound = { kind: 'free' };

/** Keys whose values GitHub binds to the repository; whoever customises a subject cannot choose them. */
const BOUND_KEYS = [
  'repo',
  'repository',
  'repository_owner',
  'repository_id',
  'repository_owner_id',
  'workflow_ref',
];

/** Keys whose values the maker of a workflow chooses; tried before keys that nobody knows. */
const MAKERS_KEYS = ['ref', 'environment', 'workflow', 'job_workflow_ref', 'actor'];

/**
 * At least the tokens of a kind whose subject is made by any template. Each key is read on its own, so that a subject
 * which says one thing twice may say it in two ways: what is not found here does not exist, what is found may not.
 */
export function anyTemplateGrammar(kind: TokenKind): Part {
  const parts = new ClaimParts(kind);
  const named = (key: string, part: Part): Part => sequence(note('key', key), text(`${key}:`, 'sub'), part);
  const segment = choice(
    named('repo', choice(parts.repository(['sub']), parts.immutable([], [], []))),
    named('repository', parts.repository(['sub'])),
    named('repository_owner', parts.owner(['sub'])),
    named('repository_id', parts.repositoryId(['sub'])),
    named('repository_owner_id', parts.ownerId(['sub'])),
    named(
      'workflow_ref',
      sequence(parts.repository(['sub']), text('/', 'sub'), field('segment', FREE, segmentText, ['sub'])),
    ),
    sequence(note('key', 'context'), text('pull_request', 'sub')),
    ...MAKERS_KEYS.map((key) => named(key, field('segment', FREE, segmentText, ['sub']))),
    sequence(
      note('key', 'property', RARE_CHOICE),
      text('repo_property_', 'sub'),
      field('property', FREE, propertyName, ['sub']),
      text(':', 'sub'),
      field('segment', FREE, segmentText, ['sub']),
    ),
    sequence(
      note('key', 'named', 4 * RARE_CHOICE),
      field('key', { kind: 'outside', patterns: BOUND_KEYS, ignoreCase: false }, claimName, ['sub']),
      text(':', 'sub'),
      field('segment', FREE, segmentText, ['sub']),
    ),
  );
  const subject: Part = { kind: 'repeat', part: segment, between: text(':', 'sub') };
  return sequence(
    subject,
    end('sub'),
    choice(
      ...kind.contexts.map((context, at) =>
        sequence(contextNote(context, at), contextClaims(parts, context, new Set())),
      ),
    ),
    otherClaims(parts, new Set()),
  );
}

/** The keys of the template that was read. */
export function keysRead({ notes, fields }: Reading): readonly string[] {
  const names = [...(fields.get('key') ?? [])];
  const properties = [...(fields.get('property') ?? [])];
  return notes.flatMap(({ name, value }) => {
    if (name !== 'key') return [];
    if (value === 'named') return [names.shift() ?? ''];
    return [value === 'property' ? `repo_property_${properties.shift() ?? ''}` : value];
  });
}
