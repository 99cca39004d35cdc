import type { JsonNode } from '../../../trust/language/json.js';
import type { TextPart } from '../../../trust/language/text.js';
import { partsOf, textNode } from '../nodes.js';
import { encodeJson } from '../partly-known-json.js';
import type { Expression, TemplatePart } from './expression.js';
import { entriesOf, type Scope, withNames } from './scope.js';
import { EvaluationError, truthOf } from './values.js';

/** The value of an expression; given by the evaluation of expressions, which needs that of templates as well. */
type Evaluate = (expression: Expression, scope: Scope) => JsonNode;

/** The text that a template makes. One of a single value is that value, whatever its type. */
export function templateValue(
  expression: Expression & { kind: 'template' },
  scope: Scope,
  evaluate: Evaluate,
): JsonNode {
  const [only, ...others] = expression.parts;
  if (only?.kind === 'value' && others.length === 0) return evaluate(only.value, scope);
  const parts = expression.parts.flatMap((part) => partValue(part, scope, evaluate));
  const node = textNode(parts, expression.at);
  const isText = node.kind === 'string' || node.kind === 'unknown';
  return expression.isBlock && isText ? { ...node, isBlock: true } : node;
}

function partValue(part: TemplatePart, scope: Scope, evaluate: Evaluate): readonly TextPart[] {
  switch (part.kind) {
    case 'text':
      return [{ known: part.text }];
    case 'value':
      return textParts(evaluate(part.value, scope));
    case 'if': {
      const test = truthOf(evaluate(part.test, scope));
      if (test === undefined) return [{ unknown: part.test.source }];
      return (test ? part.yes : part.no).flatMap((one) => partValue(one, scope, evaluate));
    }
    case 'for': {
      const entries = entriesOf(evaluate(part.of, scope));
      if (entries === undefined) return [{ unknown: part.of.source }];
      return entries.flatMap((entry) => {
        const inner = withNames(scope, part.names, entry);
        return part.body.flatMap((one) => partValue(one, inner, evaluate));
      });
    }
  }
}

function textParts(value: JsonNode): readonly TextPart[] {
  if (value.kind === 'null') throw new EvaluationError('null in a text');
  return partsOf(value) ?? encodeJson(value);
}
