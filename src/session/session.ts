import { type Plan, planHops } from '../chain/plan.js';
import type { Claims, Identity } from '../core/credentials.js';
import { type Choice, type Selection, selectIdentity } from '../identity/select.js';
import { openSource, SOURCES } from '../identity/sources.js';
import type { Decision, Inputs, ParsedInputs } from '../inputs/inputs.js';
import { withDeadline } from '../platform/deadline.js';
import { createHttp } from '../platform/http.js';
import type { ProxySettings } from '../platform/proxy.js';
import type { Environment } from '../platform/runner.js';
import { connectSts, connectStsEarly, preloadSigner } from '../sts/connect.js';
import { type Run, retrier } from './context.js';
import { guardClaims } from './guards.js';

/*
 * What the action and a renewal share before there is anything to assume roles with.
 */

const UNVERIFIED =
  'NODE_TLS_REJECT_UNAUTHORIZED is 0: no certificate is checked, so anyone on the network path can answer in place of GitHub or AWS and read the token. To trust a private certificate authority, set NODE_EXTRA_CA_CERTS instead.';

/** What a run is about to do. */
export interface Decided {
  readonly choice: Choice;
  /** Undefined where no role is to be assumed. */
  readonly plan: Plan | undefined;
}

/**
 * With which identity, and through which roles; or why these inputs do not go together.
 * @param isWhole no input has a stand-in, so that the roles can be planned
 * @param problems what does not go with the source
 */
export function decideRun(
  selection: Selection,
  inputs: ParsedInputs,
  env: Environment,
  isWhole: boolean,
  problems: readonly string[],
): Decision<Decided> {
  const choice = selectIdentity(selection, inputs);
  const plan = isWhole ? planHops(inputs, env, SOURCES[selection.source].kind) : undefined;
  return { problems: [...problems, ...(plan?.problems ?? [])], value: choice && { choice, plan } };
}

/** What a run is made of. */
export interface RunParts extends Pick<Run, 'runner' | 'clock' | 'inputs' | 'choice' | 'journal'> {
  /** Certificates (PEM) to trust beside those that Node does. */
  readonly extraCa?: string | undefined;
}

/** Does `work` within `limitSeconds`, with connections that are closed after it. */
export async function withRun<T>(
  { runner, clock, inputs, choice, journal, extraCa }: RunParts,
  limitSeconds: number,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const progress = { doing: 'starting' };
  return await withDeadline(limitSeconds, progress, async (signal, remainingMs) => {
    const onFirstSent = inputs['role-chain'] === undefined ? undefined : preloadSigner;
    const http = createHttp({ proxy: proxyOf(inputs), signal, onFirstSent, extraCa });
    if (runner.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') runner.warning(UNVERIFIED);
    const retried = retrier(runner, clock, inputs, signal, progress);
    const sts = () => connectSts(inputs, runner.env, http, clock, (call) => journal.call(call));
    try {
      return await work({ runner, clock, inputs, choice, journal, http, signal, remainingMs, retried, sts });
    } finally {
      http.close();
    }
  });
}

/** The first identity. The guards on a token's claims have passed when it is there. */
export async function obtainIdentity({
  runner,
  clock,
  inputs,
  choice,
  journal,
  http,
  retried,
}: Run): Promise<Identity> {
  const accept = (claims: Claims | undefined): void => guardClaims(claims, inputs, journal);
  const source = openSource(choice, { runner, http, clock, accept, tokenMissing: choice.tokenMissing });
  const obtaining = retried(`getting an identity (${choice.source})`, () => source.obtain());
  // Behind a token there is a role to assume; what the environment holds may be nothing.
  if (SOURCES[choice.source].kind === 'web-identity') connectStsEarly(inputs, http);
  const identity = await obtaining;
  journal.identity = identity;
  return identity;
}

function proxyOf(inputs: Inputs): ProxySettings | undefined {
  const { 'http-proxy': url, 'no-proxy': exceptions = '' } = inputs;
  return url && { url, exceptions };
}
