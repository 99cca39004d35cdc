import { formatList } from '../../core/text.js';
import type { Bound } from './bound.js';
import { describeReason } from './describe.js';
import type { TrustPolicy } from './evaluator.js';
import type { Outcome } from './inquiry.js';
import type { RunContext, TokenKind } from './kinds.js';
import type { GithubToken, Home } from './question.js';
import type { ReachAnalysis } from './reach.js';
import { type Area, describeArea, matches, restricted, without, wordsOf } from './run-area.js';

/** Whether the runs of a job can assume a role; `only-if` where some of them can. */
export type RunAccess =
  | { readonly answer: 'no' }
  | { readonly answer: 'yes'; readonly witness: GithubToken }
  | {
      readonly answer: 'only-if';
      readonly witness: GithubToken;
      /** Each in words that go on a sentence: `from the branch main`. */
      readonly when: readonly string[];
    }
  | { readonly answer: 'unknown'; readonly because: string };

/** Of runs that get in, so many kinds are told apart. */
const MAX_AREAS = 6;
/** Patterns of a policy that are tried to describe a kind of run. */
const MAX_PATTERNS = 6;

/** Finds out which tokens of a job a role lets in. The kind is one of the home's own tokens. */
export function runAccess(
  policy: TrustPolicy,
  analysis: ReachAnalysis,
  home: Home,
  kind: TokenKind,
): RunAccess {
  const found = analysis.outcome(home, kind);
  if (found.answer === 'no') return found;
  if (found.answer === 'unknown') {
    return { answer: 'unknown', because: describeReason(found.reason, found.what) };
  }
  const { token: witness } = found;
  const usual = asInToken(kind, witness);
  const out = analysis.keptOut(home, usual);
  if (out.answer === 'no' && found.answer === 'yes') return { answer: 'yes', witness };
  const names = namesIn(policy);
  const areas = new Areas(analysis, home, usual, names);
  return { answer: 'only-if', witness, when: areas.describe() };
}

/** With everything fixed that is one fact of the repository, or that the workflow is free to choose. */
function asInToken(kind: TokenKind, token: GithubToken): TokenKind {
  const { aud = '', enterprise_id: enterpriseId = '', job_workflow_ref: file, workflow = '' } = token;
  const is = (claim: string): Bound => ({ kind: 'is', text: token[claim] ?? '' });
  return {
    ...kind,
    ownerId: is('repository_owner_id'),
    repositoryId: is('repository_id'),
    isImmutable: /(^|:)repo:[^:/]+@/.test(token['sub'] ?? ''),
    workflow: kind.workflow.kind === 'free' || file === undefined ? kind.workflow : is('job_workflow_ref'),
    ownWorkflow: kind.ownWorkflow && { ...kind.ownWorkflow, mayBeAbsent: file === undefined },
    fixed: { ...kind.fixed, audience: aud, enterpriseId, workflow },
  };
}

/** Names of refs and environments, with wildcards, that a policy asks for. */
interface Names {
  readonly refs: readonly string[];
  readonly environments: readonly string[];
}

function namesIn({ statements }: TrustPolicy): Names {
  const texts = statements.flatMap(({ conditions }) =>
    conditions.flatMap(({ key, values }) => values.map(({ text }) => ({ key: key.text, text }))),
  );
  const refs = texts.flatMap(({ text }) => /refs\/(?:heads|tags)\/([^:]*)/.exec(text)?.[1] ?? []);
  const environments = texts.flatMap(({ key, text }) => {
    const named = /:environment$/.test(key) ? text : /environment:([^:]*)/.exec(text)?.[1];
    return named?.replaceAll('%3A', ':') ?? [];
  });
  const some = (all: readonly string[]): readonly string[] =>
    [...new Set(all)].filter((one) => /[*?]/.test(one)).slice(0, MAX_PATTERNS);
  return { refs: some(refs), environments: some(environments) };
}

/** Divides the runs of a job into those that get in and those that do not. */
class Areas {
  constructor(
    readonly analysis: ReachAnalysis,
    readonly home: Home,
    readonly kind: TokenKind,
    readonly names: Names,
  ) {}

  /** First what holds whatever the ref is, then ref by ref. */
  describe(): readonly string[] {
    const texts = new Set<string>();
    let contexts = this.kind.contexts;
    while (texts.size < MAX_AREAS && contexts.length > 0) {
      const found = this.analysis.outcome(this.home, this.#within(contexts));
      if (found.answer === 'no') return [...texts];
      const area = found.answer === 'unknown' ? undefined : this.#acrossRefs(contexts, found.token);
      if (area === undefined) break;
      texts.add(wordsOf(area).join(' '));
      contexts = contexts.flatMap((context) => without(context, area));
    }
    const isSometimesDeployed = this.kind.contexts.some(({ environment }) => environment !== undefined);
    for (const context of contexts) {
      const open = [context];
      for (const one of open) {
        if (texts.size >= MAX_AREAS) return [...texts, 'in other cases as well'];
        const found = this.analysis.outcome(this.home, this.#within([one]));
        if (found.answer === 'no') continue;
        const area = found.answer === 'unknown' ? unknownArea(found) : this.#widest(one, found.token);
        texts.add(describeArea(one, area, isSometimesDeployed));
        open.push(...without(one, area));
      }
    }
    return [...texts];
  }

  /** All runs in an environment, or by an actor, whatever they are of. */
  #acrossRefs(contexts: readonly RunContext[], token: GithubToken): Area | undefined {
    const { actor = '', environment: name } = token;
    const patterns = this.names.environments.filter((pattern) => matches(pattern, name ?? ''));
    const environments = name === undefined ? [undefined] : [undefined, ...patterns, name];
    for (const who of [undefined, actor]) {
      for (const environment of environments) {
        const part = contexts.flatMap((context) => {
          if (environment !== undefined && context.environment === undefined) return [];
          return restricted(context, undefined, environment) ?? [];
        });
        const also = this.#alsoNeeded(part, who);
        // Where nothing is left to say, the refs differ.
        if (also === undefined || (also === '' && environment === undefined)) continue;
        return { ref: undefined, environment, also };
      }
    }
    return undefined;
  }

  /** What it takes beside for these runs to get in; undefined where that cannot be said. */
  #alsoNeeded(part: readonly RunContext[], actor: string | undefined): string | undefined {
    const out = this.analysis.keptOut(this.home, this.#within(part, actor));
    if (out.answer !== 'no' && out.answer !== 'depends') return undefined;
    return [
      ...(actor === undefined ? [] : [`if an actor that the policy names starts it, such as ${actor}`]),
      ...(out.answer === 'no'
        ? []
        : [`if ${formatList(out.keys)} ${out.keys.length === 1 ? 'fits' : 'fit'}`]),
    ].join(', ');
  }

  #within(contexts: readonly RunContext[], actor?: string): TokenKind {
    const fixed = actor === undefined ? this.kind.fixed : { ...this.kind.fixed, actor };
    return { ...this.kind, contexts, fixed };
  }

  /** As many runs as can be named that all get in, around one that does. */
  #widest(context: RunContext, token: GithubToken): Area {
    const { actor = '' } = token;
    const refs = [undefined, ...this.#refsAround(context, token)];
    const environments = [undefined, ...this.#environmentsAround(context, token)];
    for (const who of [undefined, actor]) {
      for (const environment of environments) {
        for (const ref of refs) {
          const part = restricted(context, ref, environment);
          if (part === undefined) continue;
          const also = this.#alsoNeeded([part], who);
          if (also !== undefined) return { ref, environment, also };
        }
      }
    }
    return {
      ref: refs.at(-1),
      environment: environments.at(-1),
      also: 'if other claims of the token fit as well',
    };
  }

  #refsAround({ ref }: RunContext, token: GithubToken): readonly string[] {
    if (ref.kind === 'pull' || ref.name.kind === 'is') return [];
    const name = /^refs\/[^/]+\/(.*)$/s.exec(token['ref'] ?? '')?.[1] ?? '';
    return [...this.names.refs.filter((pattern) => matches(pattern, name)), name];
  }

  #environmentsAround({ environment }: RunContext, token: GithubToken): readonly string[] {
    if (environment === undefined || environment.kind === 'is') return [];
    const name = token['environment'] ?? '';
    return [...this.names.environments.filter((pattern) => matches(pattern, name)), name];
  }
}

function unknownArea({ reason, what }: Extract<Outcome, { readonly answer: 'unknown' }>): Area {
  const also = `perhaps: ${describeReason(reason, what)}`;
  return { ref: undefined, environment: undefined, also };
}
