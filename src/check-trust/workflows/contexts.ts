import type { JsonNode } from '../../trust/language/json.js';
import type { Bound } from '../../trust/reach/bound.js';
import { itemsOf, memberOf, membersOf, textOf } from '../sources/nodes.js';
import type { Events } from './events.js';
import { ANY, evaluateText, type Scope, type Values } from './expression.js';

/** The environments that a job may run in; undefined for none. Undefined alone where they cannot be read. */
export function environmentsOf(
  node: JsonNode | undefined,
  scope: Scope,
): readonly (Bound | undefined)[] | undefined {
  if (node === undefined || node.kind === 'null') return [undefined];
  const text = textOf(node) ?? textOf(memberOf(node, 'name'));
  if (text === undefined) return undefined;
  const values = evaluateText(text, scope);
  const names = values.filter((value) => value !== '');
  const none = values.length > names.length ? [undefined] : [];
  return names.length === 0 ? none : [...none, boundOf(names)];
}

function boundOf(names: Values): Bound {
  const [first] = names;
  if (names.includes('*')) return { kind: 'free' };
  if (names.length === 1 && first !== undefined && !/[*?]/.test(first)) return { kind: 'is', text: first };
  return { kind: 'inside', patterns: names, ignoreCase: false };
}

/** The inputs of a workflow that events start: only `workflow_dispatch` gives them values. */
export function inputsOfRun({ names, configs }: Events): ReadonlyMap<string, Values> {
  const isOnlyDispatched = names.every((name) => name === 'workflow_dispatch' || name === 'workflow_call');
  const declared = membersOf(memberOf(configs.get('workflow_dispatch'), 'inputs'));
  return new Map(
    declared.map(({ name, value }) => {
      const values = dispatched(value);
      return [name, isOnlyDispatched ? values : [...new Set(['', ...values])]];
    }),
  );
}

/** Only GitHub's page keeps to the options; whoever uses the API is held to them as well. */
function dispatched(input: JsonNode): Values {
  const type = textOf(memberOf(input, 'type'));
  if (type === 'boolean') return ['true', 'false'];
  if (type !== 'choice') return ANY;
  const options = itemsOf(memberOf(input, 'options')).map(textOf);
  return options.every((one) => one !== undefined) ? options : ANY;
}

/** The inputs of a called workflow: what the calling job gives it, otherwise their defaults. */
export function inputsOfCall(
  { configs }: Events,
  given: JsonNode | undefined,
  scope: Scope,
): ReadonlyMap<string, Values> {
  const declared = membersOf(memberOf(configs.get('workflow_call'), 'inputs'));
  return new Map(
    declared.map(({ name, value }) => {
      const text = textOf(memberOf(given, name));
      if (text !== undefined) return [name, evaluateText(text, scope)];
      const fallback = textOf(memberOf(value, 'default'));
      if (fallback !== undefined) return [name, fallback.includes('${{') ? ANY : [fallback]];
      return [name, textOf(memberOf(value, 'type')) === 'string' ? [''] : ANY];
    }),
  );
}

/** The values of a literal matrix; what it leaves out with `exclude` is taken for possible. */
export function matrixOf(job: JsonNode): (path: readonly string[]) => Values {
  const matrix = memberOf(memberOf(job, 'strategy'), 'matrix');
  return ([first = '', ...rest]) => {
    if (matrix?.kind !== 'object') return ANY;
    const [own, include] = [memberOf(matrix, first), memberOf(matrix, 'include')];
    const isLiteral = (own === undefined || own.kind === 'array') && (include?.kind ?? 'array') === 'array';
    if (!isLiteral) return ANY;
    const included = itemsOf(include).map((item) => memberOf(item, first));
    // A combination that nothing gives a value to has none.
    const mayBeEmpty = own === undefined;
    const values = [...itemsOf(own), ...included].flatMap((item) => valuesIn(item, rest));
    return [...new Set([...(mayBeEmpty ? [''] : []), ...values])];
  };
}

function valuesIn(item: JsonNode | undefined, path: readonly string[]): Values {
  if (item === undefined) return [];
  const node = path.reduce<JsonNode | undefined>((one, name) => memberOf(one, name), item);
  const text = textOf(node);
  if (text === undefined) return ['object', 'array'].includes(node?.kind ?? '') ? ANY : [''];
  return text.includes('${{') ? ANY : [text];
}
