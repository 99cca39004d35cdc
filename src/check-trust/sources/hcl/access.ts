import type { JsonNode } from '../../../trust/language/json.js';
import { membersOf, unknownNode } from '../nodes.js';
import type { Expression } from './expression.js';
import type { Reference, Scope } from './scope.js';
import { EvaluationError, textFrom } from './values.js';

/** The value of an expression; given by the evaluation of expressions, which needs these as well. */
type Evaluate = (expression: Expression, scope: Scope) => JsonNode;

/** A name with what is taken of it. */
export function accessValue(expression: Expression, scope: Scope, evaluate: Evaluate): JsonNode {
  const keys: Expression[] = [];
  let base = expression;
  while (base.kind === 'index') {
    keys.unshift(base.key);
    base = base.of;
  }
  const steps = keys.map((key) => textFrom(evaluate(key, scope)));
  const found = base.kind === 'name' ? referenceValue(base.name, steps, expression, scope) : undefined;
  let value = found?.value ?? evaluate(base, scope);
  for (const step of steps.slice(found?.used ?? 0)) {
    if (value.kind === 'unknown' || step === undefined) return unknownNode(expression.source, expression.at);
    value = memberValue(value, step, expression);
  }
  return value;
}

function referenceValue(
  name: string,
  steps: readonly (string | undefined)[],
  expression: Expression,
  scope: Scope,
): Reference {
  const own = scope.names.get(name);
  if (own !== undefined) return { value: own, used: 0 };
  const found = scope.reference(name, steps, expression);
  return found ?? { value: unknownNode(expression.source, expression.at), used: steps.length };
}

function memberValue(value: JsonNode, step: string, { source }: Expression): JsonNode {
  const found =
    value.kind === 'array' && /^\d+$/.test(step)
      ? value.items[Number(step)]
      : membersOf(value).find(({ name }) => name === step)?.value;
  if (found === undefined) throw new EvaluationError(`there is no ${source}`);
  return found;
}
