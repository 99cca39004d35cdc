import {
  type ConditionAtom,
  conditionAtom,
  type Doubt,
  headOf,
  identityOf,
  valueDoubts,
} from './condition-atom.js';
import type { Surroundings } from './condition-automaton.js';
import {
  type Condition,
  type Context,
  claimKeys,
  contextOf,
  coverage,
  decide,
  holds,
  isKnownOnlyToAws,
  isPositive,
  isUnknownKey,
  type Provider,
  type Statement,
  type TrustPolicy,
} from './evaluator.js';
import { SLOTS, type Slot } from './grammar.js';

/** A statement, or several that differ in the values of one condition: what must hold of a token. */
export interface Rule {
  /** Their numbers. */
  readonly statements: readonly number[];
  readonly atoms: readonly ConditionAtom[];
  /** What else must hold, and is not known. */
  readonly doubts: readonly Doubt[];
}

/** A policy for the tokens that come through one provider. */
export interface Formula {
  readonly policy: TrustPolicy;
  readonly provider: Provider;
  readonly issuer: string;
  readonly allows: readonly Rule[];
  readonly denies: readonly Rule[];
  /** Where there are many that allow: what holds of every token that one of them lets in. */
  readonly outline: Rule | undefined;
}

/** A statement that may be about the tokens, with what is in doubt about that. */
interface Candidate {
  readonly statement: Statement;
  readonly numbers: readonly number[];
  readonly conditions: readonly Condition[];
  readonly doubts: readonly Doubt[];
}

/** What makes one condition of a kind be the same object everywhere, so that its automaton is made once. */
export type AtomCache = Map<string, ConditionAtom>;

/** Compiles a policy for an issuer's tokens through one of the providers. */
export function compileFormula(
  policy: TrustPolicy,
  issuer: string,
  provider: Provider,
  others: readonly Provider[],
  cache: AtomCache = new Map(),
): Formula {
  const where: Surroundings = {
    version: policy.version,
    provider: provider.arn,
    issuer,
    claims: claimKeys(issuer),
  };
  const decision = decide(policy, provider.arn, { iss: issuer });
  const candidates = decision.statements.flatMap((result): readonly Candidate[] => {
    const { statement } = result;
    const covered = coverage(result, provider.arn, others);
    if (covered === 'no') return [];
    const doubts: readonly Doubt[] =
      covered === 'yes' ? [] : [{ kind: 'deployment', what: 'the action or the principal', id: 'coverage' }];
    return [{ statement, numbers: [statement.number], conditions: statement.conditions, doubts }];
  });
  const base = contextOf(provider.arn, { iss: issuer });
  const compile = (all: readonly Candidate[]): readonly Rule[] =>
    all.flatMap((one) => ruleOf(one, where, base, cache) ?? []);
  const ofEffect = (effect: Statement['effect']): readonly Candidate[] =>
    merged(candidates.filter(({ statement }) => statement.effect === effect));
  const allowing = ofEffect('Allow');
  return {
    policy,
    provider,
    issuer,
    allows: compile(allowing),
    denies: compile(ofEffect('Deny')),
    outline: allowing.length < MANY ? undefined : compile(outlineOf(allowing))[0],
  };
}

/** From so many statements on, what they have in common is looked at first. */
const MANY = 8;

/** Undefined where a statement never applies to these tokens. */
function ruleOf(
  { numbers, conditions, doubts }: Candidate,
  where: Surroundings,
  base: Context,
  cache: AtomCache,
): Rule | undefined {
  const atoms = new Set<ConditionAtom>();
  const unknown: Doubt[] = [...doubts];
  for (const condition of conditions) {
    const key = condition.key.text;
    const claim = SLOTS.find((slot) => slot === where.claims.get(key.toLowerCase()));
    if (claim !== undefined) atoms.add(cachedAtom(condition, claim, where, cache));
    else if (isUnknownKey(condition))
      unknown.push({ kind: 'deployment', what: key, id: identityOf(condition) });
    else if (isKnownOnlyToAws(key)) {
      unknown.push({ kind: 'aws', what: key, id: identityOf(condition) });
    } else {
      const doubt = valueDoubts(condition, where);
      if (doubt.length > 0) unknown.push(...doubt);
      else if (holds(condition, base, where.version) === 'no') return undefined;
    }
  }
  return { statements: numbers, atoms: [...atoms], doubts: unknown };
}

function cachedAtom(condition: Condition, slot: Slot, where: Surroundings, cache: AtomCache): ConditionAtom {
  const key = `${where.provider}\n${where.issuer}\n${where.version}\n${identityOf(condition)}`;
  const known = cache.get(key) ?? conditionAtom(condition, slot, where);
  cache.set(key, known);
  return known;
}

/**
 * Statements that differ only in the values of one positive condition are one: the values of a condition are
 * alternatives, as statements are. A thousand statements for as many repositories are then one automaton.
 */
function merged(candidates: readonly Candidate[]): readonly Candidate[] {
  const groups = new Map<string, Candidate[]>();
  const kept: (readonly Candidate[])[] = [];
  for (const one of candidates) {
    const key = groupKey(one);
    const group = key === undefined ? undefined : groups.get(key);
    if (group !== undefined) {
      group.push(one);
      continue;
    }
    const fresh = [one];
    kept.push(fresh);
    if (key !== undefined) groups.set(key, fresh);
  }
  return kept.flatMap((group) => {
    const [first] = group;
    return first === undefined || group.length === 1 ? group : [union(first, group)];
  });
}

/** Equal for statements whose union is one statement. Undefined where that cannot be said. */
function groupKey({ conditions, doubts }: Candidate): string | undefined {
  const varying = varyingOf(conditions);
  if (varying === undefined || doubts.length > 0) return undefined;
  const rest = conditions.filter((one) => one !== varying).map(identityOf);
  return JSON.stringify([headOf(varying), rest.sort()]);
}

/** The one condition whose values may differ: on the subject, else the first that is not about the audience. */
function varyingOf(conditions: readonly Condition[]): Condition | undefined {
  const positive = conditions.filter((one) => isPositive(one) && one.values.length > 0);
  const isAbout = (claim: string) => (one: Condition) => one.key.text.toLowerCase().endsWith(`:${claim}`);
  return positive.find(isAbout('sub')) ?? positive.find((one) => !isAbout('aud')(one));
}

function union(first: Candidate, group: readonly Candidate[]): Candidate {
  const varying = varyingOf(first.conditions);
  const values = new Map(
    group.flatMap(({ conditions }) => varyingOf(conditions)?.values ?? []).map((one) => [one.text, one]),
  );
  return {
    ...first,
    numbers: group.flatMap(({ numbers }) => numbers),
    conditions: first.conditions.map((one) =>
      one === varying ? { ...one, values: [...values.values()] } : one,
    ),
  };
}

/** One statement that applies wherever one of many does: their common positive conditions, with the values of all. */
function outlineOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const byHead = new Map<string, Condition[]>();
  for (const { conditions } of candidates) {
    // Of two conditions with one head only the first counts, which makes the outline wider.
    const heads = new Map([...conditions].reverse().map((one) => [headOf(one), one]));
    for (const [head, one] of heads) {
      const list = byHead.get(head);
      if (list === undefined) byHead.set(head, [one]);
      else list.push(one);
    }
  }
  const common = [...byHead.values()].filter(
    (list) => list.length === candidates.length && list.every(isPositive),
  );
  const [first] = candidates;
  if (first === undefined) return [];
  const conditions = common.flatMap((list) => {
    const values = new Map(list.flatMap((one) => one.values).map((one) => [one.text, one]));
    return list.slice(0, 1).map((one) => ({ ...one, values: [...values.values()] }));
  });
  return [{ ...first, numbers: [], conditions, doubts: [] }];
}
