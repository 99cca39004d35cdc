import { providersOf, type TrustPolicy, withUnknownValues } from './evaluator.js';
import { kindOf } from './kinds.js';
import type { Answer, GithubToken, Home, ReachOptions } from './question.js';
import { allowingStatement, issuersFor, reachAll } from './reach.js';
import { type NamedSubject, shapeOf } from './shape.js';
import { isOfKind, isPlausible } from './token.js';

interface Remembered {
  readonly subject: NamedSubject | undefined;
  readonly answers: readonly Answer[];
}

/** So many shapes of policies are remembered: an account has thousands of roles, and few shapes. */
const MAX_SHAPES = 2000;

/** Answers all questions of a home about many policies, of which most are alike but for a repository's name. */
export class ReachMemory {
  readonly #known = new Map<string, Remembered>();

  constructor(
    readonly home: Home,
    readonly options: ReachOptions = {},
  ) {}

  /** As {@link reachAll} answers them. */
  answers(policy: TrustPolicy): readonly Answer[] {
    const shape = shapeOf(withUnknownValues(policy));
    if (shape === undefined || this.#isHome(shape.subject)) return this.#fresh(policy);
    const known = this.#known.get(shape.key);
    const renamed = known && this.#renamed(known, shape.subject, policy);
    if (renamed !== undefined) return renamed;
    const answers = this.#fresh(policy);
    // Whatever ran out of time may be found in time next time.
    const isFinal = answers.every((one) => one.answer !== 'unknown' || one.reason !== 'time');
    if (isFinal && this.#known.size < MAX_SHAPES)
      this.#known.set(shape.key, { subject: shape.subject, answers });
    return answers;
  }

  #fresh(policy: TrustPolicy): readonly Answer[] {
    return reachAll(policy, this.home, this.options);
  }

  /** Whether a subject has to do with the home's own name or id, so that another in its place makes a difference. */
  #isHome(subject: NamedSubject | undefined): boolean {
    if (subject === undefined) return false;
    const [repository = '', start] = [this.home.repository, `${subject.owner}/${subject.name}`].map((one) =>
      one.toLowerCase(),
    );
    const { repositoryId } = subject;
    return (
      repository.startsWith(start ?? '') ||
      (repositoryId !== undefined && repositoryId === this.home.repositoryId)
    );
  }

  /** The answers about another repository; undefined where the evaluator does not confirm each token. */
  #renamed(
    { subject: from, answers }: Remembered,
    to: NamedSubject | undefined,
    policy: TrustPolicy,
  ): readonly Answer[] | undefined {
    if (from === undefined || to === undefined) return answers;
    const renamed = answers.map((one) => withName(one, from, to));
    const isConfirmed = renamed.every((one) => !('witness' in one) || this.#isConfirmed(one, policy));
    return isConfirmed ? renamed : undefined;
  }

  #isConfirmed(answer: Extract<Answer, { witness: GithubToken }>, policy: TrustPolicy): boolean {
    const { question, witness, statement } = answer;
    const kind = kindOf(question, this.home);
    const known = withUnknownValues(policy);
    const keys = answer.answer === 'depends' ? Object.entries(answer.suppose) : [];
    return (
      kind !== undefined &&
      isPlausible(witness) &&
      isOfKind(witness, kind) &&
      issuersFor(this.home, known).some((issuer) =>
        providersOf(known, issuer).some(
          ({ arn }) => allowingStatement(known, arn, witness, keys) === statement,
        ),
      )
    );
  }
}

function withName(answer: Answer, from: NamedSubject, to: NamedSubject): Answer {
  const names = [`${from.owner}/${from.name}`, `${to.owner}/${to.name}`] as const;
  const change = (text: string): string => {
    const named = text.replaceAll(...names);
    const [before, after] = [from.repositoryId, to.repositoryId];
    if (before === undefined || after === undefined) return named;
    return named === before ? after : named.replaceAll(`${names[1]}@${before}:`, `${names[1]}@${after}:`);
  };
  // With the owner's id between the two names, the subject has another form.
  const inSubject = (text: string): string =>
    change(text).replace(
      /^(repo:[^/@:]+@\d+\/)([\w.-]+)@(\d+)(?=:)/,
      (all: string, start: string, name: string, id: string) =>
        name.startsWith(from.name)
          ? `${start}${to.name}${name.slice(from.name.length)}@${id === from.repositoryId ? (to.repositoryId ?? id) : id}`
          : all,
    );
  const because = change(answer.because);
  if (!('witness' in answer)) return { ...answer, because };
  const witness = Object.fromEntries(
    Object.entries(answer.witness).map(([claim, text]) => [
      claim,
      claim === 'sub' ? inSubject(text) : change(text),
    ]),
  );
  return { ...answer, because, witness };
}
