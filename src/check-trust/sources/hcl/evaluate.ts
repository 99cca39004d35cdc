import type { JsonMember, JsonNode } from '../../../trust/language/json.js';
import { isKnown, itemsOf, membersOf, textOf, unknownNode } from '../nodes.js';
import { accessValue } from './access.js';
import { templateValue } from './evaluate-template.js';
import type { Expression, ObjectItem } from './expression.js';
import { callFunction } from './functions.js';
import { compare, numberOf } from './operators.js';
import { entriesOf, type Scope, withNames } from './scope.js';
import { EvaluationError, truthOf } from './values.js';

/**
 * The value of an expression; what only a deployment knows is unknown, and JSON is a tree rather than text.
 * @throws EvaluationError
 */
export function evaluate(expression: Expression, scope: Scope): JsonNode {
  const value = kindValue(expression, scope);
  scope.budget.left -= 1 + sizeOf(value);
  if (scope.budget.left < 0) throw new EvaluationError('there is too much to evaluate');
  return value;
}

/** What the size of a value adds to the work: names that stand for twice another come to much in a few lines. */
function sizeOf(value: JsonNode): number {
  if (value.kind === 'array') return value.items.length;
  if (value.kind === 'object') return value.members.length;
  if (value.kind === 'unknown') return value.parts.length;
  return 'text' in value ? value.text.length / 1000 : 0;
}

function kindValue(expression: Expression, scope: Scope): JsonNode {
  const unknown = (): JsonNode => unknownNode(expression.source, expression.at);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'template':
      return templateValue(expression, scope, evaluate);
    case 'tuple':
      return {
        kind: 'array',
        items: expression.items.map((item) => evaluate(item, scope)),
        at: expression.at,
      };
    case 'object':
      return objectValue(expression, expression.items, scope);
    case 'for':
      return forValue(expression, scope) ?? unknown();
    case 'conditional': {
      const test = truthOf(evaluate(expression.test, scope));
      if (test === undefined) return eitherOf(expression, scope) ?? unknown();
      return evaluate(test ? expression.yes : expression.no, scope);
    }
    case 'binary': {
      const { operator, left, right } = expression;
      const value = compare(operator, evaluate(left, scope), () => evaluate(right, scope));
      return value === undefined ? unknown() : { ...value, at: expression.at };
    }
    case 'unary': {
      const operand = evaluate(expression.operand, scope);
      if (expression.operator === '!') {
        const truth = truthOf(operand);
        return truth === undefined ? unknown() : { kind: 'boolean', text: String(!truth), at: expression.at };
      }
      if (operand.kind === 'unknown') return unknown();
      return { kind: 'number', text: String(-numberOf(operand)), at: expression.at };
    }
    case 'call':
      return callValue(expression, scope);
    case 'name':
    case 'index':
      return accessValue(expression, scope, evaluate);
    case 'splat':
      return splatValue(expression, scope);
  }
}

/** The same; an expression that cannot be evaluated is unknown. */
export function evaluateOrUnknown(expression: Expression, scope: Scope): JsonNode {
  try {
    return evaluate(expression, scope);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return unknownNode(expression.source, expression.at);
  }
}

/** Where the test is not known, but what comes of it is the same. */
function eitherOf(expression: Expression & { kind: 'conditional' }, scope: Scope): JsonNode | undefined {
  const texts = [expression.yes, expression.no].map((one) => evaluate(one, scope));
  const [yes, no] = texts.map(textOf);
  return yes !== undefined && yes === no ? texts[0] : undefined;
}

function objectValue({ at }: Expression, items: readonly ObjectItem[], scope: Scope): JsonNode {
  const members = new Map<string, JsonMember>();
  for (const { key, value } of items) {
    const name = evaluate(key, scope);
    const text = 'text' in name ? name.text : undefined;
    if (text === undefined) throw new EvaluationError(`${key.source} is not a name`);
    members.set(text, { name: text, at: key.at, value: evaluate(value, scope) });
  }
  return { kind: 'object', members: [...members.values()], at };
}

function forValue(expression: Expression & { kind: 'for' }, scope: Scope): JsonNode | undefined {
  const { names, of, key, value, test, isGrouped, at } = expression;
  const entries = entriesOf(evaluate(of, scope));
  if (entries === undefined) return undefined;
  const items: JsonNode[] = [];
  const groups = new Map<string, JsonNode[]>();
  for (const entry of entries) {
    const inner = withNames(scope, names, entry);
    const isIn = test === undefined ? true : truthOf(evaluate(test, inner));
    if (isIn === undefined) return undefined;
    if (!isIn) continue;
    const item = evaluate(value, inner);
    if (key === undefined) items.push(item);
    else {
      const name = textOf(evaluate(key, inner));
      if (name === undefined) return undefined;
      groups.set(name, [...(groups.get(name) ?? []), item]);
    }
  }
  if (key === undefined) return { kind: 'array', items, at };
  const members = [...groups].map(([name, found]): JsonMember => {
    const last = found.at(-1) ?? { kind: 'null', at };
    return { name, at, value: isGrouped ? { kind: 'array', items: found, at } : last };
  });
  return { kind: 'object', members, at };
}

function callValue(expression: Expression & { kind: 'call' }, scope: Scope): JsonNode {
  const { name, args, isSpread } = expression;
  if (name === 'try' || name === 'can') return attempt(expression, scope);
  const values = args.map((one) => evaluate(one, scope));
  const last = isSpread ? values.pop() : undefined;
  if (last?.kind === 'unknown') return unknownNode(expression.source, expression.at);
  const value = callFunction(
    name,
    [...values, ...itemsOf(last)],
    expression.at,
    scope.readFile,
    (template, vars) => {
      const names = new Map(membersOf(vars).map((one) => [one.name, one.value]));
      return evaluate(template, { ...scope, names, reference: () => undefined });
    },
  );
  return value ?? unknownNode(expression.source, expression.at);
}

function attempt({ name, args, at, source }: Expression & { kind: 'call' }, scope: Scope): JsonNode {
  for (const one of args) {
    try {
      const value = evaluate(one, scope);
      if (name === 'try') return value;
      return isKnown(value) ? { kind: 'boolean', text: 'true', at } : unknownNode(source, at);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
    }
  }
  if (name === 'can') return { kind: 'boolean', text: 'false', at };
  throw new EvaluationError(`nothing in ${source} has a value`);
}

function splatValue({ of, each, at, source }: Expression & { kind: 'splat' }, scope: Scope): JsonNode {
  const list = evaluate(of, scope);
  if (list.kind === 'unknown') return unknownNode(source, at);
  if (list.kind === 'null') return { kind: 'array', items: [], at };
  const items = list.kind === 'array' ? list.items : [list];
  const take = (item: JsonNode): JsonNode =>
    evaluate(each, { ...scope, names: new Map([...scope.names, ['*', item]]) });
  return { kind: 'array', items: items.map(take), at };
}
