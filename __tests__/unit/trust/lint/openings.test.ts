import { HOMES, lets } from '../../../../bench/reach/attack.js';
import { Random } from '../../../../bench/reach/random.js';
import { randomPolicy } from '../../../../bench/reach/random-policy.js';
import { randomToken, wordsOf } from '../../../../bench/reach/random-token.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { lintTrust } from '../../../../src/trust/lint/lint.js';
import { times } from '../../../support/volume.js';

const OPEN = ['no-subject', 'any-owner', 'open-repository-name', 'principal-everyone', 'not-principal'];

it('whoever gets in without being named in the policy is reported', () => {
  let found = 0;
  for (let seed = 0; seed < times(20, 60); seed++) {
    const random = new Random(seed);
    const document = randomPolicy(random);
    const text = JSON.stringify(document);
    const policy = parseTrustPolicy(text);
    const rules = lintTrust(policy).map(({ rule }) => rule);
    const words = wordsOf(document, random);
    const isNamed = (claim: string | undefined) => text.toLowerCase().includes((claim ?? '').toLowerCase());
    const strangers = random
      .times(150, () => randomToken(random, words, HOMES[0]))
      .filter((one) => !isNamed(one['repository_owner']) && !isNamed(one['repository_owner_id']))
      .filter((one) => !isNamed(one['repository_id']) && lets(policy, one));
    found += strangers.length;
    const missed = rules.some((rule) => OPEN.includes(rule)) ? [] : strangers;
    expect({ seed, document, missed }).toEqual({ seed, document, missed: [] });
  }
  expect(found).toBeGreaterThan(0);
});
