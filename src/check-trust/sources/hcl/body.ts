import type { Position } from '../../../trust/language/text.js';
import { Cursor } from './cursor.js';
import type { Expression } from './expression.js';
import { readExpression } from './read-expression.js';

/** What stands between the braces of a block, or in a whole file; the same for .tf and .tf.json. */
export interface Body {
  readonly attributes: ReadonlyMap<string, Expression>;
  /** The blocks of a type; `labels` is how many names that type has. */
  blocks(type: string, labels?: number): readonly Block[];
}

export interface Block {
  readonly labels: readonly string[];
  readonly body: Body;
  readonly at: Position;
}

/**
 * Reads a file in HCL's own syntax.
 * @throws TrustSyntaxError
 */
export function readBody(text: string, path?: string): Body {
  const cursor = new Cursor(text, path);
  const body = bodyUpTo(cursor, '');
  if (!cursor.isAtEnd) cursor.fail('expected an attribute or a block');
  return body;
}

interface NativeBlock extends Block {
  readonly type: string;
}

function bodyUpTo(cursor: Cursor, end: string): Body {
  return cursor.nested(() => {
    const attributes = new Map<string, Expression>();
    const blocks: NativeBlock[] = [];
    for (;;) {
      cursor.skip(true);
      if (cursor.isAtEnd || (end !== '' && cursor.peek(end))) break;
      const at = cursor.position();
      const [type] =
        cursor.take(/[\p{L}_][\p{L}\p{N}_-]*/uy) ?? cursor.fail('expected an attribute or a block');
      cursor.skip(false);
      if (cursor.take(/=(?!=)/y)) {
        if (attributes.has(type)) cursor.fail(`the attribute "${type}" is set twice`);
        attributes.set(type, readExpression(cursor, false));
        endOfLine(cursor, end);
      } else blocks.push(readBlock(cursor, type, at));
    }
    return { attributes, blocks: (type) => blocks.filter((one) => one.type === type) };
  });
}

function readBlock(cursor: Cursor, type: string, at: Position): NativeBlock {
  const labels: string[] = [];
  for (;;) {
    const [word, quoted] = cursor.take(/"([^"\n]*)"|[\p{L}_][\p{L}\p{N}_-]*/uy) ?? [];
    if (word === undefined) break;
    labels.push(quoted ?? word);
    cursor.skip(false);
  }
  cursor.expect('{');
  const body = bodyUpTo(cursor, '}');
  cursor.expect('}');
  return { type, labels, body, at };
}

/** A heredoc has its line's end already. */
function endOfLine(cursor: Cursor, end: string): void {
  cursor.skip(false);
  if (!cursor.isAtEnd && !cursor.peek('\n') && !(end !== '' && cursor.peek(end))) {
    cursor.fail('expected the end of the line');
  }
}
