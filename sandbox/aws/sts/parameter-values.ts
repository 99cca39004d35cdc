import type { MfaParameters } from '../mfa/devices.js';
import type { Constraints } from './constraints.js';
import { StsError } from './errors.js';

/** A request's decoded parameters by name, lists spelled out as `Tags.member.1.Key`. */
export type Parameters = Readonly<Record<string, string>>;

/** SerialNumber and TokenCode, which AssumeRole and GetSessionToken have in common. */
export function readMfa(parameters: Parameters, constraints: Constraints): MfaParameters {
  const { SerialNumber: serialNumber, TokenCode: tokenCode } = parameters;
  constraints.text('serialNumber', serialNumber, {
    min: 9,
    max: 256,
    pattern: /^[\w+=/:,.@-]*$/,
    patternText: '[\\w+=/:,.@-]*',
  });
  constraints.text('tokenCode', tokenCode, { min: 6, max: 6, pattern: /^\d*$/, patternText: '[\\d]*' });
  return { serialNumber, tokenCode };
}

/** A whole number; undefined where there is none. Throws MalformedInput (400) for anything else. */
export function readInteger(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,10}$/.test(text)) throw new StsError('MalformedInput', 400, `Invalid integer: ${text}`);
  return Number(text);
}

/** The items of `NAME.member.N[.FIELD]`, in the order of N; a plain item is its field `''`. */
export function members(parameters: Parameters, name: string): readonly Partial<Record<string, string>>[] {
  const items = new Map<number, Record<string, string>>();
  for (const [key, value] of Object.entries(parameters)) {
    const match = new RegExp(`^${name}\\.member\\.(\\d+)(?:\\.(\\w+))?$`).exec(key);
    if (match === null) continue;
    const index = Number(match[1]);
    items.set(index, { ...items.get(index), [match[2] ?? '']: value });
  }
  return [...items.entries()].sort(([a], [b]) => a - b).map(([, item]) => item);
}
