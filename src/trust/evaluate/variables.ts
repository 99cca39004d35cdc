import type { TrustPolicy } from '../language/policy.js';
import type { Context } from './context.js';
import type { Piece } from './pattern.js';

/**
 * A policy's text with its variables replaced (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html):
 * `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the characters themselves. What a variable stands for
 * is never a wildcard. Undefined where a variable has no value.
 *
 * Version 2008-10-17, which is also what a policy without a version is, has no variables.
 */
export function substitute(
  text: string,
  version: TrustPolicy['version'],
  context: Context,
): readonly Piece[] | undefined {
  if (version !== '2012-10-17') return [{ text, isLiteral: false }];
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of variablesOf(text)) {
    pieces.push({ text: text.slice(end, match.index), isLiteral: false });
    const [whole, inside = ''] = match;
    const value = variableValue(inside, context);
    if (value === undefined) return undefined;
    pieces.push({ text: value, isLiteral: true });
    end = match.index + whole.length;
  }
  return [...pieces, { text: text.slice(end), isLiteral: false }];
}

/** The names of the variables in a text that have no value. */
export function unresolvedVariables(
  text: string,
  version: TrustPolicy['version'],
  context: Context,
): readonly string[] {
  if (version !== '2012-10-17') return [];
  return [...variablesOf(text)].flatMap(([, inside = '']) =>
    variableValue(inside, context) === undefined ? [inside] : [],
  );
}

/** The names of the variables in a text. */
export function variableNames(text: string): readonly string[] {
  return [...variablesOf(text)].flatMap(([, inside = '']) =>
    /^[*?$]$/.test(inside) ? [] : [inside.replace(/, '[^']*'$/s, '')],
  );
}

/** Looked for before the last brace only, since every `${` without an end would be followed to the end of the text. */
function variablesOf(text: string): Iterable<RegExpExecArray> {
  return text.slice(0, text.lastIndexOf('}') + 1).matchAll(/\$\{([^}]*)\}/g);
}

function variableValue(inside: string, context: Context): string | undefined {
  if (/^[*?$]$/.test(inside)) return inside;
  const withDefault = /^(.*?), '([^']*)'$/s.exec(inside);
  const values = context.get(withDefault?.[1] ?? inside);
  if (values === undefined) return withDefault?.[2];
  // A key with several values cannot be a variable.
  return values.length === 1 ? values[0] : undefined;
}
