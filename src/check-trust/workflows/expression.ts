/**
 * What a text of a workflow may be once its expressions are evaluated: each a pattern in which `*` stands for what is not
 * known. An empty one is a text that may be empty.
 */
export type Values = readonly string[];

/** Any text, or none. */
export const ANY: Values = ['', '*'];

/** More than that is any text. */
const MAX_VALUES = 200;

/** What the names in an expression stand for. */
export interface Scope {
  readonly inputs: ReadonlyMap<string, Values>;
  matrix(path: readonly string[]): Values;
}

/** The texts that `a-${{ inputs.b }}` may become. */
export function evaluateText(text: string, scope: Scope): Values {
  const parts = text.split(/\$\{\{(.*?)\}\}/s);
  let values: Values = [''];
  parts.forEach((part, index) => {
    const own = index % 2 === 0 ? [part] : expression(part, scope);
    values = union(values.flatMap((before) => own.map((one) => before + one)));
    if (values.length > MAX_VALUES) values = ANY;
  });
  return values;
}

const union = (values: Values): Values => [...new Set(values)];

/** `a && b || c` chooses one; anything that is computed may be any text. */
function expression(text: string, scope: Scope): Values {
  const alternatives = splitOn(withoutParentheses(text), '||');
  const values = alternatives.flatMap((one, index) => {
    const isLast = index === alternatives.length - 1;
    const operands = splitOn(one, '&&');
    // Whatever is not true is the value itself where nothing follows.
    if (isLast && operands.length > 1) return ANY;
    const last = operands.at(-1) ?? '';
    const own = alternatives.length + operands.length > 2 ? expression(last, scope) : operand(last, scope);
    return isLast ? own : own.filter((value) => value !== '');
  });
  return union(values);
}

function operand(text: string, { inputs, matrix }: Scope): Values {
  const literal = /^'((?:[^']|'')*)'$/s.exec(text)?.[1];
  if (literal !== undefined) return [literal.replaceAll("''", "'")];
  const input = /^(?:github\.event\.)?inputs\.([\w-]+)$/.exec(text)?.[1];
  if (input !== undefined) return inputs.get(input) ?? ANY;
  const path = /^matrix((?:\.[\w-]+)+)$/.exec(text)?.[1];
  return path === undefined ? ANY : matrix(path.slice(1).split('.'));
}

function withoutParentheses(text: string): string {
  const trimmed = text.trim();
  const isWhole = trimmed.startsWith('(') && endOf(trimmed) === trimmed.length - 1;
  return isWhole ? withoutParentheses(trimmed.slice(1, -1)) : trimmed;
}

/** Where the parenthesis closes that a text begins with. */
function endOf(text: string): number {
  let found = -1;
  walk(text, (at, depth) => {
    if (depth === 0 && text[at] === ')' && found === -1) found = at;
  });
  return found;
}

function splitOn(text: string, operator: '||' | '&&'): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  walk(text, (at, depth) => {
    if (depth > 0 || at < start || !text.startsWith(operator, at)) return;
    parts.push(text.slice(start, at).trim());
    start = at + operator.length;
  });
  return [...parts, text.slice(start).trim()];
}

/** Each character outside of quotes, with how many parentheses are open after it. */
function walk(text: string, visit: (at: number, depth: number) => void): void {
  let [depth, isQuoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (text[at] === '(') depth++;
    if (text[at] === ')') depth--;
    visit(at, depth);
  }
}
