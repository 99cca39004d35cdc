import { parseTrustPolicy } from '../../trust/language/parse.js';
import { providerArn } from '../../trust/oidc/issuer.js';
import { describeToken } from '../../trust/reach/describe.js';
import type { Answer, Home, ReachOptions } from '../../trust/reach/question.js';
import { reach, reachAll } from '../../trust/reach/reach.js';
import { UNDEPLOYED } from '../sources/undeployed.js';
import { complementOf, policyDocument, type SuggestedPolicy } from './policy.js';

/**
 * Why a policy does not let in exactly what is asked for, as a sentence; undefined where it is proved that it does.
 * Nobody else gets in, and nobody who should is kept out.
 */
export function differenceFromAsked(
  suggested: SuggestedPolicy,
  options: ReachOptions = {},
): string | undefined {
  const { home } = suggested;
  const provider = providerArn(home.issuer, UNDEPLOYED.accountId, UNDEPLOYED.partition);
  const policy = parseTrustPolicy(JSON.stringify(policyDocument(suggested, provider)));
  const wrong = reachAll(policy, home, options).find(
    ({ question, answer }) => answer !== (question === 'intended' ? 'yes' : 'no'),
  );
  if (wrong !== undefined) return `${wrong.question}: ${wrong.because}`;
  const elsewhere = withoutEnvironment(home);
  const open = elsewhere && reach(policy, elsewhere, 'intended', options);
  if (open !== undefined && open.answer !== 'no') return open.because;
  const shut = reach(complementOf(suggested, provider), home, 'intended', options);
  return shut === undefined || shut.answer === 'no' ? undefined : shutOut(shut);
}

/** Runs on the same refs outside of the environments, which no question is about. */
function withoutEnvironment(home: Home): Home | undefined {
  return home.environments?.length ? { ...home, environments: [], workflows: [] } : undefined;
}

function shutOut(answer: Answer): string {
  const words = 'witness' in answer ? describeToken(answer.witness) : undefined;
  if (words === undefined) return answer.because;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} does not get in, although it should.`;
}
