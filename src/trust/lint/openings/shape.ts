import { claimOf } from '../../language/policy.js';
import type { Unit } from './unit.js';

/** A subject, or a pattern of one, that names one repository: owner and name are within GitHub's limits. */
const NAMED = /^repo:([A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?)\/([\w-]{1,90})(?=:)/;

/**
 * Equal for units of which the same can be said: they differ in the names of owner and repository at most, and nothing
 * else in them is about these. Undefined where that is not certain.
 */
export function shapeOf({ reduced, text }: Unit, issuer: string): string | undefined {
  const { conditions } = reduced;
  if (conditions.some(({ values }) => values.some((value) => value.text.includes('${')))) return undefined;
  const repository = NAMED.exec(text)?.slice(1).join('/');
  const shapes: unknown[] = [];
  for (const condition of conditions) {
    const claim = claimOf(condition);
    const texts: string[] = [];
    for (const value of condition.values) {
      const isRepository = claim === 'repository' && value.text === repository;
      const isSubject = claim === 'sub' && value.text === text;
      if (repository !== undefined && ['sub', 'repository'].includes(claim) && !isRepository && !isSubject)
        return undefined;
      texts.push(
        isSubject ? value.text.replace(NAMED, 'repo:/') : isRepository && repository ? '/' : value.text,
      );
    }
    shapes.push([condition.operator.written, condition.key.text.toLowerCase(), texts]);
  }
  return JSON.stringify([issuer, repository === undefined, ...shapes]);
}
