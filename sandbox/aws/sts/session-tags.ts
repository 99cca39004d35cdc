import { invalidParameterValue } from './errors.js';
import type { TagParameter } from './parameters.js';
import type { SessionTag } from './sessions.js';

/**
 * The tags of a new session: those that were sent, and the transitive ones of the session that calls.
 * Throws InvalidParameterValue (400) for a key that occurs twice (case does not count), that is inherited
 * already, or that is called transitive without being sent.
 */
export function combineTags(
  sent: readonly TagParameter[],
  transitiveKeys: readonly string[],
  inherited: readonly SessionTag[],
): readonly SessionTag[] {
  const keys = new Set(sent.map(({ key }) => key.toLowerCase()));
  if (keys.size < sent.length) {
    throw invalidParameterValue('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (sent.some(({ key }) => key.toLowerCase().startsWith('aws:'))) {
    throw invalidParameterValue('Tag keys with the prefix aws: are reserved for system use.');
  }
  if (inherited.some(({ key }) => keys.has(key.toLowerCase()))) {
    throw invalidParameterValue(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const transitive = new Set(transitiveKeys.map((key) => key.toLowerCase()));
  if ([...transitive].some((key) => !keys.has(key))) {
    throw invalidParameterValue('The specified transitive tag key must be included in the requested tags.');
  }
  return [
    ...inherited,
    ...sent.map((tag) => ({ ...tag, transitive: transitive.has(tag.key.toLowerCase()) })),
  ];
}
