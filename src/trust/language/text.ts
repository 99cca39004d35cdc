/** Where something stands in a text; both counted from 1, columns in UTF-16 units as editors and GitHub do. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** The file, where a document is made of several. */
  readonly path?: string;
}

/** A word of the document and where it stands. */
export interface Located {
  readonly text: string;
  readonly at: Position;
}

/** A text that is all there. */
export interface KnownText extends Located {
  readonly kind: 'known';
}

/** A text of which some part is known only once it is deployed: a template's reference, a placeholder. */
export interface UnknownText extends Located {
  readonly kind: 'unknown';
  /** For readers: what is unknown stands as `${NAME}`. It must not be compared with anything. */
  readonly text: string;
  /** What is known of it, in order. */
  readonly parts: readonly TextPart[];
  /** Its lines are lines of the file, the first of them at its place. */
  readonly isBlock?: boolean;
}

/** A value of a policy. */
export type Text = KnownText | UnknownText;

/** A piece of a text that is known, or the name of one that is not. */
export type TextPart = { readonly known: string } | { readonly unknown: string };

/** The text that some parts make. */
export function textFromParts(parts: readonly TextPart[], at: Position): Text {
  const text = parts.map((part) => ('known' in part ? part.known : `\${${part.unknown}}`)).join('');
  return parts.every((part) => 'known' in part)
    ? { kind: 'known', text, at }
    : { kind: 'unknown', text, parts, at };
}

/**
 * A text in which `${NAME}` stands for what something else fills in before the deployment. Only where IAM has no policy
 * variables, which are written the same way.
 */
export function withPlaceholders(located: Located): Text {
  return divided(located, /\$\{([^}]*)\}/);
}

/**
 * The same where IAM has policy variables. Their names have a colon or are one of `*`, `?` and `$`, so that everything
 * else is a placeholder.
 */
export function withPlaceholdersBesideVariables(located: Located): Text {
  return divided(located, /\$\{(?![*?$]\})([^}:,]*)\}/);
}

function divided({ text, at }: Located, placeholder: RegExp): Text {
  // Split before the last brace only: every `${` without an end would be followed to the end of the text.
  const end = text.lastIndexOf('}') + 1;
  const pieces = text.slice(0, end).split(placeholder);
  const parts = pieces.map((piece, index) => {
    const rest = index === pieces.length - 1 ? text.slice(end) : '';
    return index % 2 === 0 ? { known: piece + rest } : { unknown: piece };
  });
  return textFromParts(parts, at);
}
