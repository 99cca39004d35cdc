import { type JsonMember, type JsonNode, readJson } from '../../trust/language/json.js';
import type { Position } from '../../trust/language/text.js';
import { itemsOf, membersOf } from '../sources/nodes.js';
import { type IdGuard, type Stage, type StatementChange, valuesAfter } from './plan.js';

/** One replacement in a text; offsets in UTF-16 units. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A policy file in JSON with changes made to it, and all else as its author wrote it. */
export function editedJson(text: string, changes: readonly StatementChange[], stage: Stage): string {
  const editor = new Editor(text);
  const statements = memberNamed(readJson(text), 'Statement')?.value;
  const nodes = statements?.kind === 'array' ? statements.items : [statements];
  const edits = changes.flatMap((change): readonly Edit[] => {
    const condition = memberNamed(nodes[change.statement.number - 1], 'Condition')?.value;
    const keys = membersOf(condition).flatMap(({ value }) => membersOf(value));
    const subjects = change.subjects.flatMap((subject) => {
      const { line, column } = subject.condition.key.at;
      const key = keys.find(({ at }) => at.line === line && at.column === column);
      const values = valuesAfter(subject, stage).map((one) => one.text);
      return key === undefined ? [] : editor.values(key, values);
    });
    const guard =
      stage === 'transitional' && change.guard !== undefined ? editor.guard(condition, change.guard) : [];
    return [...subjects, ...guard];
  });
  return applied(text, edits);
}

function applied(text: string, edits: readonly Edit[]): string {
  const backwards = edits.toSorted((a, b) => b.start - a.start);
  return backwards.reduce(
    (all, { start, end, text: piece }) => all.slice(0, start) + piece + all.slice(end),
    text,
  );
}

/** Elements of a policy are written in any case. */
function memberNamed(node: JsonNode | undefined, name: string): JsonMember | undefined {
  return membersOf(node).find((one) => one.name.toLowerCase() === name.toLowerCase());
}

/** Writes into a text in the manner of what stands there. */
class Editor {
  readonly #lineStarts: readonly number[];
  readonly #eol: string;
  readonly #unit: string;

  constructor(readonly text: string) {
    const first = text.startsWith('\uFEFF') ? 1 : 0;
    this.#lineStarts = [first, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    this.#eol = text.includes('\r\n') ? '\r\n' : '\n';
    this.#unit = /\n([ \t]+)/.exec(text)?.[1] ?? '  ';
  }

  /** Gives a key other values. */
  values({ at, value }: JsonMember, texts: readonly string[]): readonly Edit[] {
    const known = itemsOf(value).map((one) => ('text' in one ? one.text : ''));
    const isSame = known.length === texts.length && known.every((one, index) => one === texts[index]);
    const [only = '', ...others] = texts;
    const range = { start: this.#offset(value.at), end: this.#end(value) };
    if (isSame) return [];
    if (value.kind !== 'array' && others.length === 0) return [{ ...range, text: JSON.stringify(only) }];
    const outer = this.#indent(at);
    const [first] = itemsOf(value);
    const inner = first === undefined ? outer && outer + this.#unit : this.#indent(first.at);
    return [{ ...range, text: this.#list(texts, outer, inner) }];
  }

  /** Puts a condition on an id among the others. */
  guard(condition: JsonNode | undefined, { key, ids }: IdGuard): readonly Edit[] {
    const [only = '', ...others] = ids;
    const equals = memberNamed(condition, 'StringEquals')?.value;
    const place = equals ?? condition;
    const last = membersOf(place).at(-1);
    if (last === undefined) return [];
    const indent = this.#indent(last.at);
    const values = (outer: string | undefined): string =>
      others.length === 0 ? JSON.stringify(only) : this.#list(ids, outer, outer && outer + this.#unit);
    const member = (outer: string | undefined): string => `${JSON.stringify(key)}: ${values(outer)}`;
    const inner = indent && indent + this.#unit;
    const written =
      equals === undefined
        ? `"StringEquals": {${this.#break(inner, '')}${member(inner)}${this.#break(indent, '')}}`
        : member(indent);
    const end = this.#end(last.value);
    return [{ start: end, end, text: `,${this.#break(indent, ' ')}${written}` }];
  }

  /** A list, an item a line where that is how the text is written. */
  #list(texts: readonly string[], outer: string | undefined, inner: string | undefined): string {
    const items = texts.map((one) => JSON.stringify(one));
    return `[${this.#break(inner, '')}${items.join(`,${this.#break(inner, ' ')}`)}${inner === undefined ? '' : this.#break(outer ?? '', '')}]`;
  }

  #break(indent: string | undefined, otherwise: string): string {
    return indent === undefined ? otherwise : this.#eol + indent;
  }

  /** What stands before something on its line; undefined where that is not blanks alone, or it is the first line. */
  #indent(at: Position): string | undefined {
    const start = this.#lineStarts[at.line - 1] ?? 0;
    const before = this.text.slice(start, this.#offset(at));
    return at.line > 1 && /^[ \t]*$/.test(before) ? before : undefined;
  }

  #offset({ line, column }: Position): number {
    return (this.#lineStarts[line - 1] ?? 0) + column - 1;
  }

  /** Where a value ends. */
  #end(node: JsonNode): number {
    const start = this.#offset(node.at);
    const inner = node.kind === 'array' ? node.items : membersOf(node).map(({ value }) => value);
    if (node.kind === 'array' || node.kind === 'object') {
      const last = inner.at(-1);
      const from = last === undefined ? start + 1 : this.#end(last);
      return this.text.indexOf(node.kind === 'array' ? ']' : '}', from) + 1;
    }
    const pattern = node.kind === 'string' ? /"(?:[^"\\]|\\.)*"/sy : /[^\s,\]}]+/y;
    pattern.lastIndex = start;
    return start + (pattern.exec(this.text)?.[0].length ?? 0);
  }
}
