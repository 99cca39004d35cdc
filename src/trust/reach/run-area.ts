import { type Bound, bothBounds, isWithin } from './bound.js';
import type { RunContext } from './kinds.js';

/** Some runs of a job, by their ref and environment. Undefined: whichever. */
export interface Area {
  readonly ref: string | undefined;
  readonly environment: string | undefined;
  /** What else has to be so. */
  readonly also: string;
}

const inside = (pattern: string): Bound =>
  /[*?]/.test(pattern)
    ? { kind: 'inside', patterns: [pattern], ignoreCase: false }
    : { kind: 'is', text: pattern };
const outside = (pattern: string): Bound => ({ kind: 'outside', patterns: [pattern], ignoreCase: false });

/** Whether a name has the form of a pattern. */
export function matches(pattern: string, name: string): boolean {
  return isWithin(inside(pattern), name);
}

/** The runs on some refs and in some environments; undefined if no run fits. */
export function restricted(
  context: RunContext,
  ref: string | undefined,
  environment: string | undefined,
): RunContext | undefined {
  const onRef = ref === undefined ? context : withRef(context, inside(ref));
  return environment === undefined || onRef === undefined
    ? onRef
    : withEnvironment(onRef, inside(environment));
}

function withRef(context: RunContext, bound: Bound): RunContext | undefined {
  const { ref } = context;
  if (ref.kind === 'pull') return context;
  const name = bothBounds(ref.name, bound);
  return name === undefined ? undefined : { ...context, ref: { ...ref, name } };
}

function withEnvironment(context: RunContext, bound: Bound): RunContext | undefined {
  if (context.environment === undefined) return context;
  const environment = bothBounds(context.environment, bound);
  return environment === undefined ? undefined : { ...context, environment };
}

/** What an area leaves of the runs. */
export function without(
  context: RunContext,
  { ref, environment }: Pick<Area, 'ref' | 'environment'>,
): readonly RunContext[] {
  const rest: (RunContext | undefined)[] = [];
  if (ref !== undefined) rest.push(withRef(context, outside(ref)));
  if (environment !== undefined) {
    if (context.environment === undefined) return [context];
    const within = ref === undefined ? context : withRef(context, inside(ref));
    rest.push(within && withEnvironment(within, outside(environment)));
  }
  return rest.flatMap((one) => one ?? []);
}

/** Runs that get in, in words that go on a sentence. */
export function describeArea(context: RunContext, area: Area, isSometimesDeployed: boolean): string {
  const { environment: own } = context;
  const named = own?.kind === 'is' ? { ...area, environment: own.text } : area;
  const missing =
    own !== undefined ? 'in any environment' : isSometimesDeployed ? 'without an environment' : '';
  const anywhere = named.environment !== undefined || missing === '' ? [] : [missing];
  return [describeRef(context, area.ref), ...anywhere, ...wordsOf(named)].join(' ');
}

/** What runs have in common, whatever their refs. */
export function wordsOf({ environment, also }: Area): readonly string[] {
  return [...(environment === undefined ? [] : [inEnvironment(environment)]), ...(also === '' ? [] : [also])];
}

function describeRef({ event, ref }: RunContext, name: string | undefined): string {
  if (ref.kind === 'pull') return 'in a pull request';
  const merged = event === 'pull-request' ? `in a pull request merged into` : `from`;
  const exact = name ?? (ref.name.kind === 'is' ? ref.name.text : undefined);
  if (exact === undefined) return `${merged} any ${ref.kind} that starts it`;
  return /[*?]/.test(exact)
    ? `${merged} a ${ref.kind} that matches ${exact}`
    : `${merged} the ${ref.kind} ${exact}`;
}

function inEnvironment(name: string): string {
  return /[*?]/.test(name) ? `in an environment that matches ${name}` : `in the environment ${name}`;
}
