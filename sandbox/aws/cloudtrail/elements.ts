import type { Elements } from '../sts/xml.js';
import type { TrailObject, TrailValue } from './event.js';

/** An answer in CloudTrail's spelling: names begin in lower case, and the secret key is left out. */
export function trailElements(elements: Elements): TrailObject {
  return Object.fromEntries(
    Object.entries(elements)
      .filter(([name, value]) => name !== 'SecretAccessKey' && value !== undefined)
      .map(([name, value]) => [
        lowerFirst(name),
        name === 'Expiration' ? inWords(String(value)) : elementValue(value),
      ]),
  );
}

/** A name as CloudTrail spells it. */
export function lowerFirst(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

function elementValue(value: Elements[string]): TrailValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === undefined) return null;
  return isList(value) ? value.map(elementValue) : trailElements(value);
}

function isList(value: Elements | readonly (string | Elements)[]): value is readonly (string | Elements)[] {
  return Array.isArray(value);
}

/** `Jul 9, 2024, 4:41:37 PM`, which is how CloudTrail writes it here and only here. */
function inWords(iso: string): string {
  const text = new Date(iso).toLocaleString('en-US', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'UTC',
  });
  // Some versions of Node separate the PM with a narrow blank.
  return text.replaceAll('\u202f', ' ');
}
