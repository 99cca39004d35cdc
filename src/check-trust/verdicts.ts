import type { TrustDecision } from '../trust/evaluate/decide.js';
import { evaluateTrust } from '../trust/evaluate/evaluate.js';
import { type ExplainRequest, explainTrust } from '../trust/explain/explain.js';
import { isUndecided } from '../trust/explain/unknown.js';
import type { TrustPolicy } from '../trust/language/policy.js';
import { type Claims, issuerOf } from '../trust/oidc/claims.js';
import { isBuiltIn, issuerOfProvider, providerArn, providerPath } from '../trust/oidc/issuer.js';
import { webIdentityContext } from '../trust/oidc/request-context.js';
import type { Expectation, PolicyReport, Verdict } from './output/report.js';
import { UNDEPLOYED } from './sources/undeployed.js';

/**
 * How many verdicts a report lists, of those that are met and of those that are not; the others are only counted. An
 * account has thousands of roles, and each verdict is several lines of text.
 */
const MAX_LISTED = 10_000;

/** Holds expectations against policies, and lists what comes of it as long as that can be read. */
export class Verdicts {
  readonly #left = { met: MAX_LISTED, unmet: MAX_LISTED };
  readonly #requests = new Map<Expectation, Map<string, ExplainRequest>>();

  /** What one policy makes of the expectations. */
  of(policy: TrustPolicy, expectations: readonly Expectation[]): Pick<PolicyReport, 'verdicts' | 'unlisted'> {
    const verdicts: Verdict[] = [];
    const unlisted = { met: 0, unmet: 0 };
    for (const expectation of expectations) {
      const { isMet, request } = this.#decide(policy, expectation);
      const kind = isMet ? 'met' : 'unmet';
      if (this.#left[kind] === 0) unlisted[kind]++;
      else {
        this.#left[kind]--;
        verdicts.push({ expectation, explanation: explainTrust(policy, request), isMet });
      }
    }
    return { verdicts, unlisted };
  }

  /**
   * Whether an expectation is met, and the request that shows it best. The role may be one of several accounts: a token
   * must be kept out by all of the providers, or let in by one.
   */
  #decide(
    policy: TrustPolicy,
    expectation: Expectation,
  ): { readonly isMet: boolean; readonly request: ExplainRequest } {
    const [provider, ...others] = providersOf(policy, expectation.claims);
    const decided = (one: string) => {
      const request = this.#request(one, expectation);
      return { request, decision: decisionOf(policy, request) };
    };
    const first = decided(provider);
    const all = [first, ...others.map(decided)];
    const allowed = all.find(({ decision }) => decision === 'allow');
    // What depends on something that only AWS knows is neither let in nor kept out for certain.
    const open = all.find(({ decision }) => decision !== 'deny' && decision !== 'none');
    if (expectation.expected === 'allow') {
      return { isMet: allowed !== undefined, request: (allowed ?? first).request };
    }
    return { isMet: open === undefined, request: (allowed ?? open ?? first).request };
  }

  /** The same for every policy that has the provider. */
  #request(provider: string, expectation: Expectation): ExplainRequest {
    const known = this.#requests.get(expectation) ?? new Map<string, ExplainRequest>();
    this.#requests.set(expectation, known);
    const request = known.get(provider) ?? requestOf(provider, expectation.claims);
    // Each account has a provider of its own: what is kept must not grow with their number.
    if (known.size < MAX_PROVIDERS) known.set(provider, request);
    return request;
  }
}

const MAX_PROVIDERS = 20;

function decisionOf(policy: TrustPolicy, request: ExplainRequest): TrustDecision {
  return evaluateTrust(policy, { ...request, action: ACTION }, isUndecided).decision;
}

const ACTION = 'sts:AssumeRoleWithWebIdentity';

/** The account of the role is not known, so the providers are those that the policy itself names for the issuer. */
function providersOf({ statements }: TrustPolicy, claims: Claims): readonly [string, ...string[]] {
  const issuer = issuerOf(claims);
  // AWS knows a built-in provider by its name alone, whatever ARN the policy has for it.
  const texts = (isBuiltIn(issuer) ? [] : statements).flatMap(({ principals }) =>
    principals.map(({ text }) => text),
  );
  const named = texts.filter((text) => issuerOfProvider(text) === providerPath(issuer));
  const { accountId, partition } = UNDEPLOYED;
  const [first = providerArn(issuer, accountId, partition), ...others] = new Set(named);
  return [first, ...others];
}

function requestOf(provider: string, claims: Claims): ExplainRequest {
  return {
    actions: [ACTION],
    principal: { type: 'Federated', provider },
    context: webIdentityContext(claims, { providerArn: provider }),
    claims,
  };
}
