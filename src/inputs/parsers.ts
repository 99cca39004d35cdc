import { formatList, oneLine } from '../core/text.js';

/*
 * What an input's text may look like. Each kind turns the text (never empty) into a value, or throws an InputParseError that
 * says what is allowed.
 */

/** Why a value is not taken: what is allowed instead, or a line for each thing that is wrong within it. */
export class InputParseError {
  constructor(
    readonly allowed: string,
    readonly problems: readonly string[] = [],
  ) {}
}

export type Parse<T> = (raw: string) => T;

/** YAML 1.2 core booleans, as GitHub's own toolkit reads them. */
export const bool: Parse<boolean> = (raw) => {
  if (/^(true|True|TRUE)$/.test(raw)) return true;
  if (/^(false|False|FALSE)$/.test(raw)) return false;
  throw new InputParseError('true or false');
};

/** A whole decimal number from `min` to `max`. */
export function whole(min: number, max: number, unit = ''): Parse<number> {
  return (raw) => {
    const value = Number(raw);
    if (!/^\d+$/.test(raw) || value < min || value > max) {
      throw new InputParseError(`a whole number from ${min} to ${max}${unit && ` ${unit}`}`);
    }
    return value;
  };
}

/** As {@link whole}, where 0 is the same as nothing: configure-aws-credentials takes it so. */
export function wholeOrUnset(min: number, max: number, unit: string): Parse<number | undefined> {
  const read = whole(min, max, unit);
  return (raw) => (/^0+$/.test(raw) ? undefined : read(raw));
}

export function matching(pattern: RegExp | (() => RegExp), allowed: string): Parse<string> {
  return (raw) => {
    if (!(pattern instanceof RegExp ? pattern : pattern()).test(raw)) throw new InputParseError(allowed);
    return raw;
  };
}

/** A secret as it goes into a header: visible ASCII. What cannot be seen in an error is named by its number and place. */
export const secretText: Parse<string> = (raw) => {
  const place = raw.search(/[^\x21-\x7e]/u);
  if (place < 0) return raw;
  const code = (raw.codePointAt(place) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw new InputParseError(`visible ASCII characters without blanks (character ${place + 1} is U+${code})`);
};

export function oneOf<T extends string>(...choices: readonly T[]): Parse<T> {
  return (raw) => {
    const choice = choices.find((candidate) => candidate === raw);
    if (choice === undefined) throw new InputParseError(formatList(choices, 'or'));
    return choice;
  };
}

/** A list, one item a line or separated by commas; blanks around items and empty items are dropped. */
export function list(
  item: Parse<string>,
  options: { max?: number; separator?: RegExp } = {},
): Parse<readonly string[]> {
  const { max = Number.POSITIVE_INFINITY, separator = /[\n,]/ } = options;
  return (raw) => {
    const items = raw
      .split(separator)
      .map((text) => text.trim())
      .filter((text) => text !== '');
    // A guard that is set to nothing but separators must not be a guard that is switched off.
    if (items.length === 0) throw new InputParseError('at least one item');
    if (items.length > max) throw new InputParseError(`at most ${max} items`);
    const quoted = items.find((text) => /^["'`“”„«‘’]|["'`“”»‘’]$/.test(text));
    if (quoted !== undefined)
      throw new InputParseError(`items without quotes around them (not ${oneLine(quoted, 80)})`);
    return items.map(item);
  };
}

export const httpUrl: Parse<URL> = (raw) => {
  const url = URL.canParse(raw) ? new URL(raw) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new InputParseError('an http:// or https:// URL');
  }
  return url;
};

/** The address of a service. What would be left out of each request, a login or a query, is refused instead. */
export const endpointUrl: Parse<URL> = (raw) => {
  const url = httpUrl(raw);
  if (url.username || url.password || /[?#]/.test(raw)) {
    throw new InputParseError('an http:// or https:// URL without a user, a query and a fragment');
  }
  return url;
};

export const poolId: Parse<string> = matching(
  /^[a-z]{2}(?:-[a-z]+)+-\d:[0-9a-f-]{36}$/,
  'the id of a Cognito identity pool (REGION:UUID)',
);

/** A proxy's URL; `HOST:PORT` alone means http. */
export const proxyUrl: Parse<URL> = (raw) => {
  // Such a sign ends the password early, and what was meant for the host is behind it.
  if (/[/?#].*@/.test(raw.replace(/^[^/]*:\/\//, ''))) {
    throw new InputParseError(
      'http://[USER:PASSWORD@]HOST:PORT, with / ? # of a password written as %2F %3F %23',
    );
  }
  return httpUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(raw) ? raw : `http://${raw}`);
};
