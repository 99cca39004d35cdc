import type { TrustPolicy } from '../../trust/language/policy.js';
import { homeTokens, kindOf, type TokenKind } from '../../trust/reach/kinds.js';
import type { Answer, Home, SubjectTemplate } from '../../trust/reach/question.js';
import { ReachAnalysis } from '../../trust/reach/reach.js';
import type { RepositoryIds } from './ids.js';

/** A repository that a policy lets in. */
export interface NamedRepository extends RepositoryIds {
  /** The policy names a pattern of the owner's repositories, so that another one by the same name is meant as well. */
  readonly isByOwner: boolean;
}

/** Whether some token of a kind gets in. */
export type Word = Answer['answer'];

/** What a policy makes of the tokens of a repository, whatever runs there. */
export interface Outcome {
  /** With GitHub's older subject. */
  readonly old: Word;
  /** With the immutable one. */
  readonly immutable: Word;
  /** Somebody else who has the name: another repository, or another owner's where any of the owner's is let in. */
  readonly recycled: Word;
}

/** What a policy makes of a repository's tokens, and of those of whoever takes over its name. */
export function outcomeFor(policy: TrustPolicy, named: NamedRepository, now: () => number): Outcome {
  const { repository, ownerId, repositoryId } = named;
  const home: Home = { repository, ownerId, repositoryId };
  const analysis = new ReachAnalysis(policy, { now });
  const ask = (kind: TokenKind | undefined): Word =>
    kind === undefined ? 'unknown' : analysis.outcome(home, kind).answer;
  const own = (template: SubjectTemplate): Word => ask(homeTokens({ ...home, template }));
  return { old: own('default'), immutable: own('immutable'), recycled: ask(strangers(home, named)) };
}

function strangers(home: Home, { ownerId, isByOwner }: NamedRepository): TokenKind | undefined {
  const kind = kindOf('recycled-name', home);
  if (kind === undefined || !isByOwner) return kind;
  return { ...kind, ownerId: { kind: 'outside', patterns: [ownerId], ignoreCase: false } };
}
