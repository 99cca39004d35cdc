import type { JsonNode } from '../../../trust/language/json.js';
import type { Position } from '../../../trust/language/text.js';

interface Node {
  readonly at: Position;
  /** As written: what messages call it where its value is unknown. */
  readonly source: string;
}

/** A piece of a template: text, a value, or a directive. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: Expression }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly yes: readonly TemplatePart[];
      readonly no: readonly TemplatePart[];
    }
  | {
      readonly kind: 'for';
      readonly names: readonly string[];
      readonly of: Expression;
      readonly body: readonly TemplatePart[];
    };

/** An expression of HCL (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md). */
export type Expression = Node &
  (
    | { readonly kind: 'literal'; readonly value: JsonNode }
    /** `isBlock`: a heredoc, whose lines are lines of the file. */
    | { readonly kind: 'template'; readonly parts: readonly TemplatePart[]; readonly isBlock: boolean }
    | { readonly kind: 'tuple'; readonly items: readonly Expression[] }
    | { readonly kind: 'object'; readonly items: readonly ObjectItem[] }
    | {
        readonly kind: 'for';
        readonly names: readonly string[];
        readonly of: Expression;
        /** Makes an object; otherwise a tuple. */
        readonly key: Expression | undefined;
        readonly value: Expression;
        readonly test: Expression | undefined;
        readonly isGrouped: boolean;
      }
    | {
        readonly kind: 'conditional';
        readonly test: Expression;
        readonly yes: Expression;
        readonly no: Expression;
      }
    | {
        readonly kind: 'binary';
        readonly operator: string;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
    | {
        readonly kind: 'call';
        readonly name: string;
        readonly args: readonly Expression[];
        /** The last argument is a list of arguments. */
        readonly isSpread: boolean;
      }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'index'; readonly of: Expression; readonly key: Expression }
    /** `each` is what is taken of every item, which is the name `*` in it. */
    | { readonly kind: 'splat'; readonly of: Expression; readonly each: Expression }
  );

/** One item of an object; a bare word as key is text. */
export interface ObjectItem {
  readonly key: Expression;
  readonly value: Expression;
}
