import type { JsonNode } from '../../trust/language/json.js';
import {
  allowedValues,
  DEFAULT_VARIANT,
  isProvider,
  parameterText,
  partOf,
  providerUrl,
  type Variant,
} from './cloudformation-template.js';
import { itemsOf, membersOf, textOf } from './nodes.js';

/** Two to the power of this is how many policies one role is tested as; further conditions are taken for true. */
const MAX_CONDITIONS = 4;

/** As many for the values of parameters; further parameters have their defaults, or are unknown. */
const MAX_VALUES = 16;

/** The text that an argument of a condition gives; undefined where only a deployment knows. */
export type ResolveText = (node: JsonNode, variant: Variant) => string | undefined;

/**
 * Every way in which a part of a template can turn out: the allowed values of parameters that decide something, and both
 * ways for the conditions that the values do not decide.
 */
export function variantsOf(node: JsonNode, template: JsonNode, resolve: ResolveText): readonly Variant[] {
  let known: readonly Variant[] = [DEFAULT_VARIANT];
  for (const name of new Set(decidingParameters(node, template, false, new Set()))) {
    const values = allowedValues(name, template);
    if (values.length === 0 || known.length * values.length > MAX_VALUES) continue;
    known = known.flatMap((variant) =>
      values.map((value) => ({ ...variant, parameters: new Map([...variant.parameters, [name, value]]) })),
    );
  }
  return known.flatMap((variant) => {
    const conditions = new Conditions(template, variant, resolve);
    return branchesOf(node, { ...variant, decided: conditions.all() });
  });
}

function branchesOf(node: JsonNode, variant: Variant): readonly Variant[] {
  const name = variant.assumed.size < MAX_CONDITIONS ? undecided(node, variant) : undefined;
  if (name === undefined) return [variant];
  return [true, false].flatMap((is) =>
    branchesOf(node, { ...variant, assumed: new Map([...variant.assumed, [name, is]]) }),
  );
}

/** The branches of an `Fn::If` in the order of their preference: the one that is chosen comes first. */
export function orderedBranches(value: JsonNode, { assumed, decided }: Variant): readonly JsonNode[] {
  const branches = itemsOf(value).slice(1, 3);
  const name = textOf(itemsOf(value)[0]) ?? '';
  const choice = assumed.get(name) ?? decided.get(name);
  if (choice === undefined) return branches;
  const chosen = branches[choice ? 0 : 1];
  return chosen === undefined ? [] : [chosen];
}

/** A role's name with what makes its policy what it is: `Deploy (Stage: prod, IsEU, not IsTest)`. */
export function variantName(role: string, { parameters, assumed }: Variant): string {
  const values = [...parameters].map(([name, value]) => `${name}: ${value}`);
  const conditions = [...assumed].map(([name, is]) => (is ? name : `not ${name}`));
  const all = [...values, ...conditions];
  return all.length === 0 ? role : `${role} (${all.join(', ')})`;
}

/** Only what is reached counts, so that a condition within a branch not taken doubles nothing. */
function undecided(node: JsonNode, variant: Variant): string | undefined {
  if (node.kind === 'array') return firstOf(node.items, variant);
  const [first, ...others] = membersOf(node);
  if (first?.name !== 'Fn::If' || others.length > 0) {
    return firstOf(
      membersOf(node).map(({ value }) => value),
      variant,
    );
  }
  const name = textOf(itemsOf(first.value)[0]);
  return name === undefined || variant.assumed.has(name) || variant.decided.has(name)
    ? firstOf(orderedBranches(first.value, variant), variant)
    : name;
}

function firstOf(nodes: readonly JsonNode[], variant: Variant): string | undefined {
  for (const node of nodes) {
    const name = undecided(node, variant);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The parameters on which it depends what a part of a template is, rather than only what a text in it says. */
function decidingParameters(
  node: JsonNode | undefined,
  template: JsonNode,
  decides: boolean,
  seen: Set<JsonNode>,
): readonly string[] {
  if (node === undefined || seen.has(node)) return [];
  const inner = (one: JsonNode | undefined, now = decides): readonly string[] =>
    decidingParameters(one, template, now, seen);
  if (node.kind === 'array') return node.items.flatMap((item) => inner(item));
  const named = (name: string): readonly string[] => {
    const resource = partOf(template, 'Resources', name.split('.')[0] ?? '');
    if (isProvider(resource)) {
      if (seen.has(resource)) return [];
      seen.add(resource);
      return inner(providerUrl(resource));
    }
    return decides || parameterText(name, template, DEFAULT_VARIANT) === undefined ? [name] : [];
  };
  return membersOf(node).flatMap(({ name, value }): readonly string[] => {
    const text = textOf(value);
    const condition = name === 'Fn::If' ? textOf(itemsOf(value)[0]) : name === 'Condition' ? text : undefined;
    const definition = condition === undefined ? undefined : partOf(template, 'Conditions', condition);
    // Each once, and noted before what it is made of: conditions may stand in a circle.
    const isNew = definition !== undefined && !seen.has(definition);
    if (isNew) seen.add(definition);
    const byCondition = isNew ? inner({ ...definition }, true) : [];
    if (name === 'Fn::FindInMap') return inner(value, true);
    if ((name === 'Ref' || name === 'Fn::GetAtt') && text !== undefined) return named(text);
    if (name === 'Fn::GetAtt') return named(textOf(itemsOf(value)[0]) ?? '');
    if (name === 'Fn::Sub') {
      const pattern = text ?? textOf(itemsOf(value)[0]) ?? '';
      const closed = pattern.slice(0, pattern.lastIndexOf('}') + 1);
      const names = Array.from(closed.matchAll(/\$\{([^!}][^}]*)\}/g), ([, one = '']) => one.trim());
      return [...names.flatMap(named), ...inner(value)];
    }
    return [...byCondition, ...inner(value)];
  });
}

/** The section `Conditions` of a template, with the values of a variant. */
class Conditions {
  readonly #known = new Map<string, boolean | undefined>();

  constructor(
    readonly template: JsonNode,
    readonly variant: Variant,
    readonly resolve: ResolveText,
  ) {}

  /** Those that the values decide. */
  all(): ReadonlyMap<string, boolean> {
    const names = membersOf(membersOf(this.template).find(({ name }) => name === 'Conditions')?.value);
    const decided = new Map<string, boolean>();
    for (const { name } of names) {
      const is = this.#named(name);
      if (is !== undefined) decided.set(name, is);
    }
    return decided;
  }

  #named(name: string): boolean | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    // While it is worked out it is not known, should it be asked for in a circle.
    this.#known.set(name, undefined);
    const definition = partOf(this.template, 'Conditions', name);
    const is = definition && this.#truth(definition);
    this.#known.set(name, is);
    return is;
  }

  #truth(node: JsonNode): boolean | undefined {
    const [first] = membersOf(node);
    if (first === undefined) return undefined;
    const items = itemsOf(first.value);
    const truths = (): readonly (boolean | undefined)[] => items.map((item) => this.#truth(item));
    switch (first.name) {
      case 'Condition':
        return this.#named(textOf(first.value) ?? '');
      case 'Fn::Not': {
        const [is] = truths();
        return is === undefined ? undefined : !is;
      }
      case 'Fn::And':
        return settled(truths(), false);
      case 'Fn::Or':
        return settled(truths(), true);
      case 'Fn::Equals': {
        const [left, right] = items.map((item) => this.resolve(item, this.variant));
        return left === undefined || right === undefined ? undefined : left === right;
      }
      default:
        return undefined;
    }
  }
}

/** One that settles it is enough; otherwise all have to be known. */
function settled(truths: readonly (boolean | undefined)[], by: boolean): boolean | undefined {
  if (truths.includes(by)) return by;
  return truths.includes(undefined) ? undefined : !by;
}
