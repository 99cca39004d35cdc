import type { JsonNode } from '../../trust/language/json.js';
import { itemsOf, membersOf, textOf } from './nodes.js';

/** What a template's conditions are taken for, by their names. */
export type Choices = ReadonlyMap<string, boolean>;

/** Two to the power of this is how many policies one role is tested as; further conditions are taken for true. */
const MAX_CONDITIONS = 4;

/** Every way in which the `Fn::If`s of a part of a template can turn out; one empty one where it has none. */
export function branchesOf(node: JsonNode, choices: Choices = new Map()): readonly Choices[] {
  const name = choices.size < MAX_CONDITIONS ? undecided(node, choices) : undefined;
  if (name === undefined) return [choices];
  return [true, false].flatMap((is) => branchesOf(node, new Map([...choices, [name, is]])));
}

/** The branches of an `Fn::If` in the order of their preference: the one that is chosen comes first. */
export function orderedBranches(value: JsonNode, choices: Choices): readonly JsonNode[] {
  const branches = itemsOf(value).slice(1, 3);
  const name = conditionOf(value);
  const choice = name === undefined ? undefined : choices.get(name);
  if (choice === undefined) return branches;
  const chosen = branches[choice ? 0 : 1];
  return chosen === undefined ? [] : [chosen];
}

/** A role's name with the conditions that make its policy what it is: `Deploy (IsProd, not IsTest)`. */
export function branchName(role: string, choices: Choices): string {
  const conditions = [...choices].map(([name, is]) => (is ? name : `not ${name}`));
  return conditions.length === 0 ? role : `${role} (${conditions.join(', ')})`;
}

/** Only what is reached counts, so that a condition within a branch not taken doubles nothing. */
function undecided(node: JsonNode, choices: Choices): string | undefined {
  if (node.kind === 'array') return firstOf(node.items, choices);
  const [first, ...others] = membersOf(node);
  if (first?.name !== 'Fn::If' || others.length > 0) {
    return firstOf(
      membersOf(node).map(({ value }) => value),
      choices,
    );
  }
  const name = conditionOf(first.value);
  return name === undefined || choices.has(name)
    ? firstOf(orderedBranches(first.value, choices), choices)
    : name;
}

function firstOf(nodes: readonly JsonNode[], choices: Choices): string | undefined {
  for (const node of nodes) {
    const name = undecided(node, choices);
    if (name !== undefined) return name;
  }
  return undefined;
}

function conditionOf(value: JsonNode): string | undefined {
  return textOf(itemsOf(value)[0]);
}
