import { percentEncode } from '../../../core/percent-encoding.js';
import { type JsonNode, TrustSyntaxError } from '../../../trust/language/json.js';
import type { Position, TextPart } from '../../../trust/language/text.js';
import { isKnown, itemsOf, partsOf, textNode, textOf } from '../nodes.js';
import { encodeJson, readPartlyKnownJson } from '../partly-known-json.js';
import { COLLECTIONS } from './collection-functions.js';
import type { Expression } from './expression.js';
import { templateOf } from './read-expression.js';
import { EvaluationError, isNumber } from './values.js';

/** The text of a file of the module; undefined where it is not there, or not in what may be read. */
export type ReadFile = (path: string) => string | undefined;

/** Fills in a template with the members of an object. */
export type Render = (template: Expression, values: JsonNode) => JsonNode;

/** What a function gives; undefined where that is not known, or the function is not one of these. */
export function callFunction(
  name: string,
  args: readonly JsonNode[],
  at: Position,
  readFile: ReadFile,
  render: Render,
): JsonNode | undefined {
  const short = name.replace(/^core::/, '');
  const [first, second] = args;
  if (short === 'jsonencode') return first;
  if (short === 'jsondecode') return first && decoded(first);
  if (short === 'file' || short === 'templatefile') {
    const path = textOf(first);
    const text = path === undefined ? undefined : readFile(path);
    if (path === undefined || text === undefined) return undefined;
    if (short === 'file') return { kind: 'string', text, at };
    return render(templateOf(text, at), second ?? { kind: 'null', at });
  }
  const collection = COLLECTIONS[short];
  if (collection !== undefined) return collection(args, at);
  return textFunction(short, args, at);
}

function decoded(node: JsonNode): JsonNode {
  // What `jsonencode` gave is the tree itself.
  if (node.kind === 'object' || node.kind === 'array') return node;
  try {
    return readPartlyKnownJson(partsOf(node) ?? []);
  } catch (error) {
    if (error instanceof TrustSyntaxError) throw new EvaluationError('not JSON');
    throw error;
  }
}

function textFunction(name: string, args: readonly JsonNode[], at: Position): JsonNode | undefined {
  const [first, ...others] = args;
  if (first === undefined) return undefined;
  switch (name) {
    case 'format':
      return formatted(textOf(first), others, at);
    case 'formatlist':
      return formattedList(first, others, at);
    case 'join':
      return joined(first, others, at);
    case 'split':
      return splitText(textOf(first), others[0], at);
    case 'tostring':
      return first.kind === 'number' || first.kind === 'boolean' ? { ...first, kind: 'string' } : first;
    case 'tonumber':
      return converted(first, 'number', isNumber);
    case 'tobool':
      return converted(first, 'boolean', (text) => text === 'true' || text === 'false');
    case 'sensitive':
    case 'nonsensitive':
    case 'ephemeralasnull':
      return first;
    default:
      return changedText(name, first, others, at);
  }
}

/** A text as the number or the truth that it writes. */
function converted(node: JsonNode, kind: 'number' | 'boolean', writes: (text: string) => boolean): JsonNode {
  if (node.kind === 'unknown' || node.kind === 'null') return node;
  const text = textOf(node);
  if (text === undefined || !writes(text)) throw new EvaluationError(`not a ${kind}`);
  return { kind, text: kind === 'number' ? String(Number(text)) : text, at: node.at };
}

/** Functions from text to text, which can be applied to what is known of one. */
function changedText(
  name: string,
  value: JsonNode,
  others: readonly JsonNode[],
  at: Position,
): JsonNode | undefined {
  const [a, b] = others.map(textOf);
  const whole = textOf(value);
  const parts = partsOf(value) ?? (value.kind === 'null' ? undefined : encodeJson(value));
  if (parts === undefined) return undefined;
  const each = (change: (text: string) => string): JsonNode =>
    textNode(
      parts.map((part) => ('known' in part ? { known: change(part.known) } : part)),
      at,
    );
  const edge = (index: number, change: (text: string) => string): JsonNode => {
    const place = index < 0 ? parts.length - 1 : index;
    return textNode(
      parts.map((part, number) =>
        number === place && 'known' in part ? { known: change(part.known) } : part,
      ),
      at,
    );
  };
  switch (name) {
    case 'lower':
      return each((text) => text.toLowerCase());
    case 'upper':
      return each((text) => text.toUpperCase());
    case 'trimspace':
      return textNode(trimmed(parts, /^\s+/, /\s+$/), at);
    case 'chomp':
      return textNode(trimmed(parts, undefined, /[\r\n]+$/), at);
    case 'trimprefix':
      return a === undefined
        ? undefined
        : edge(0, (text) => (text.startsWith(a) ? text.slice(a.length) : text));
    case 'trimsuffix':
      return a === undefined
        ? undefined
        : edge(-1, (text) => (a !== '' && text.endsWith(a) ? text.slice(0, -a.length) : text));
    case 'replace':
      // A pattern between slashes is a regular expression of RE2, and someone's: it is not run.
      if (a === undefined || b === undefined || /^\/.+\/$/.test(a)) return undefined;
      return each((text) => text.replaceAll(a, b));
    case 'urlencode':
      return whole === undefined ? undefined : textNode([{ known: queryEscaped(whole) }], at);
    case 'title':
      return each((text) => text.replace(/\b\w/g, (char) => char.toUpperCase()));
    case 'startswith':
    case 'endswith':
    case 'strcontains': {
      if (whole === undefined || a === undefined) return undefined;
      const has = {
        startswith: whole.startsWith(a),
        endswith: whole.endsWith(a),
        strcontains: whole.includes(a),
      };
      return { kind: 'boolean', text: String(has[name]), at };
    }
    case 'substr': {
      if (whole === undefined || a === undefined || b === undefined) return undefined;
      const from = Number(a) < 0 ? whole.length + Number(a) : Number(a);
      return textNode([{ known: whole.slice(from, Number(b) < 0 ? undefined : from + Number(b)) }], at);
    }
    default:
      return undefined;
  }
}

/** Without what the first part begins with, and what the last one ends with. */
function trimmed(parts: readonly TextPart[], start: RegExp | undefined, end: RegExp): readonly TextPart[] {
  return parts.map((part, index) => {
    if (!('known' in part)) return part;
    const text = index === 0 && start !== undefined ? part.known.replace(start, '') : part.known;
    return { known: index === parts.length - 1 ? text.replace(end, '') : text };
  });
}

/** As Go's `url.QueryEscape` writes it. */
function queryEscaped(text: string): string {
  return percentEncode(text).replaceAll('%20', '+');
}

function formatted(
  pattern: string | undefined,
  values: readonly JsonNode[],
  at: Position,
): JsonNode | undefined {
  if (pattern === undefined) return undefined;
  let next = 0;
  const pieces = pattern.split(/(%%|%(?:\[\d+\])?[svdq])/);
  const parts = pieces.flatMap((piece, index): readonly TextPart[] => {
    if (index % 2 === 0) return [{ known: piece }];
    if (piece === '%%') return [{ known: '%' }];
    const numbered = /\d+/.exec(piece)?.[0];
    const value = values[numbered === undefined ? next++ : Number(numbered) - 1];
    if (value === undefined) throw new EvaluationError('format has too few values');
    const inner = partsOf(value) ?? encodeJson(value);
    return piece.endsWith('q') ? [{ known: '"' }, ...inner, { known: '"' }] : inner;
  });
  // Widths and other verbs are not modelled.
  return pieces.some((piece, index) => index % 2 === 0 && piece.includes('%'))
    ? undefined
    : textNode(parts, at);
}

function formattedList(pattern: JsonNode, values: readonly JsonNode[], at: Position): JsonNode | undefined {
  if (values.some(({ kind }) => kind === 'unknown')) return undefined;
  const [length = 1, ...others] = new Set(
    values.flatMap((one) => (one.kind === 'array' ? one.items.length : [])),
  );
  if (others.length > 0) throw new EvaluationError('lists of different lengths');
  const rows = Array.from({ length }, (_, row) => values.map((one) => itemsOf(one)[row] ?? one));
  const items = rows.map((row) => formatted(textOf(pattern), row, at));
  const known = items.filter((one) => one !== undefined);
  return known.length === items.length ? { kind: 'array', items: known, at } : undefined;
}

function joined(separator: JsonNode, lists: readonly JsonNode[], at: Position): JsonNode | undefined {
  const between = partsOf(separator);
  if (between === undefined || lists.some(({ kind }) => kind === 'unknown')) return undefined;
  const texts = lists.flatMap(itemsOf).map((item) => partsOf(item) ?? encodeJson(item));
  return textNode(
    texts.flatMap((parts, index) => (index === 0 ? parts : [...between, ...parts])),
    at,
  );
}

/** The pieces before and after an unknown part are known only where that part is known not to be divided. */
function splitText(
  separator: string | undefined,
  value: JsonNode | undefined,
  at: Position,
): JsonNode | undefined {
  if (separator === undefined || value === undefined || !isKnown(value)) return undefined;
  const items = (textOf(value) ?? '')
    .split(separator)
    .map((text): JsonNode => ({ kind: 'string', text, at }));
  return { kind: 'array', items, at };
}
