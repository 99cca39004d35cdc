import type { PrincipalPattern, TrustPolicy } from '../../trust/language/policy.js';
import { type Text, type TextPart, textFromParts } from '../../trust/language/text.js';

/**
 * What people write for others, or other programs, to fill in: `<ACCOUNT_ID>`, `{{account}}`, `__REPO__`, `$REPO`,
 * `%REPO%`, `@REPO@`, `$(REPO)`, `[ACCOUNT]`, and `${name}`, which is a policy variable only with a colon in it.
 */
const PLACEHOLDER =
  /\$?\{\{([^{}]*)\}\}|\$\{([A-Za-z_][\w.-]*)\}|\$\(([\w.-]+)\)|<([A-Za-z][\w .:/-]*)>|__([A-Z][A-Z\d_]*?)__|\$([A-Z][A-Z\d_]*)|%([A-Z][A-Z\d_]+)%|@([A-Z][A-Z\d_]+)@|\[([A-Z][A-Z\d_ -]*)\]/g;

/** An account as a word: `arn:aws:iam::ACCOUNT_ID:oidc-provider/…`, `arn:aws:iam::XXXXXXXXXXXX:…`. */
const WORD_FOR_ACCOUNT = /^(arn:[^:]*:iam::)([A-Za-z][\w-]*|X{3,}|x{3,})(:.*)$/s;

/** A policy in which placeholders are values that only the deployment knows. */
export function withPlaceholders(policy: TrustPolicy): TrustPolicy {
  return {
    ...policy,
    statements: policy.statements.map((statement) => ({
      ...statement,
      principals: statement.principals.map(principalWith),
      conditions: statement.conditions.map((one) => ({ ...one, values: one.values.map(textWith) })),
    })),
  };
}

function principalWith(principal: PrincipalPattern): PrincipalPattern {
  const { type } = principal;
  const text = textWith(principal);
  if (text.kind === 'unknown') return { type, ...text };
  const [, before, account, after] = WORD_FOR_ACCOUNT.exec(text.text) ?? [];
  if (before === undefined || account === undefined || after === undefined || account === 'aws') {
    return { type, ...text };
  }
  return { type, ...textFromParts([{ known: before }, { unknown: account }, { known: after }], text.at) };
}

function textWith(written: Text): Text {
  const parts = written.kind === 'unknown' ? written.parts : [{ known: written.text }];
  const found = parts.flatMap((part) => ('known' in part ? partsIn(part.known) : [part]));
  const unknowns = (all: readonly TextPart[]): number => all.filter((part) => 'unknown' in part).length;
  return unknowns(found) === unknowns(parts) ? written : textFromParts(found, written.at);
}

function partsIn(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const name = match.slice(1).find((group) => group !== undefined) ?? '';
    if (match.index > end) parts.push({ known: text.slice(end, match.index) });
    parts.push({ unknown: name.trim() });
    end = match.index + match[0].length;
  }
  if (parts.length === 0) return [{ known: text }];
  return end < text.length ? [...parts, { known: text.slice(end) }] : parts;
}
