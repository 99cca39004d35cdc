import type { Clock } from '../core/clock.js';
import type { Credentials, Identity, WebIdentity } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import type { AssumedRole, Hop, Sts } from '../sts/client.js';
import { withoutTagsThatDoNotFit } from './convenience-tags.js';

/** What assuming roles needs of its surroundings. */
export interface ChainContext {
  readonly sts: Sts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** One STS call with its retries. With `isOnce`, only what never reached STS is tried again. */
  retried<T>(attempt: () => Promise<T>, isOnce?: boolean): Promise<T>;
  /** Another identity from the same source, for a token that ended. */
  obtainIdentity(): Promise<Identity>;
  /** How long AccessDenied is asked again, in milliseconds: for a role made moments ago. 0: not at all. */
  readonly propagationMs: number;
  /** Hides a secret from the log, before its first use. */
  mask(secret: string): void;
  info(line: string): void;
  /** Looks at what a hop was given, for people. */
  inspect(assumed: AssumedRole, hop: Hop): void;
  /** Adds to a failure which hop it was, and who made the call. */
  explain(
    error: ActionError,
    index: number,
    caller: Identity,
    callerArn: string | undefined,
  ): Promise<ActionError>;
}

/** A token this close to its end is replaced before it is used: STS would see it too late. */
const TOKEN_MARGIN_MS = 30_000;

/**
 * Assumes the roles in order, each with the credentials of the one before, and returns the last one's. The others never
 * leave this function.
 * @throws ActionError, with the hop that failed
 */
export async function assumeChain(
  first: Identity,
  hops: readonly [Hop, ...Hop[]],
  context: ChainContext,
): Promise<AssumedRole> {
  const assume = async (index: number, hop: Hop, caller: Identity, callerArn = ''): Promise<AssumedRole> => {
    try {
      return await untilPropagated(context, () => assumeRole(caller, hop, context));
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      throw await context.explain(error, index, caller, callerArn || undefined);
    }
  };
  const accept = (assumed: AssumedRole, hop: Hop): AssumedRole => {
    for (const secret of assumed.credentials.secrets) context.mask(secret);
    context.inspect(assumed, hop);
    return assumed;
  };
  const [hop, ...others] = hops;
  let assumed = accept(await assume(0, hop, first), hop);
  for (const [index, next] of others.entries()) {
    const { arn, credentials } = assumed;
    assumed = accept(await assume(index + 1, next, { kind: 'aws', credentials }, arn), next);
  }
  return assumed;
}

async function assumeRole(caller: Identity, hop: Hop, context: ChainContext): Promise<AssumedRole> {
  switch (caller.kind) {
    case 'aws':
      return await assumeByKeys(caller.credentials, hop, context);
    case 'web-identity':
      return await assumeByToken(caller, hop, context);
    case 'saml':
      return await context.retried(() => context.sts.assumeRoleWithSaml(hop, caller));
  }
}

/** Replaces the token once, when it is about to end or STS finds it has ended. */
async function assumeByToken(identity: WebIdentity, hop: Hop, context: ChainContext): Promise<AssumedRole> {
  let current = identity;
  let isReplaced = false;
  const replaceToken = async (): Promise<void> => {
    isReplaced = true;
    context.info('The token has expired or is about to; getting a new one.');
    const fresh = await context.obtainIdentity();
    if (fresh.kind === 'web-identity') current = fresh;
  };
  return await context.retried(async () => {
    const endsSoon =
      current.expiresAtMs !== undefined && current.expiresAtMs - context.clock.now() < TOKEN_MARGIN_MS;
    if (endsSoon && !isReplaced) await replaceToken();
    try {
      return await context.sts.assumeRoleWithWebIdentity(hop, current.token);
    } catch (error) {
      if (!(error instanceof ActionError) || error.code !== 'TOKEN_EXPIRED' || isReplaced) throw error;
      await replaceToken();
      return await context.sts.assumeRoleWithWebIdentity(hop, current.token);
    }
  });
}

async function assumeByKeys(credentials: Credentials, hop: Hop, context: ChainContext): Promise<AssumedRole> {
  const isOnce = hop.mfa !== undefined;
  const assume = (which: Hop) => context.retried(() => context.sts.assumeRole(which, credentials), isOnce);
  // A code that STS has seen is used up.
  if (isOnce) return await assume(hop);
  return await withoutTagsThatDoNotFit(hop.tags, context.info, (tags) =>
    assume({
      ...hop,
      tags,
      transitiveTagKeys: hop.transitiveTagKeys.filter((key) => tags.some((tag) => tag.key === key)),
    }),
  );
}

/** A new role, or a new trust policy, takes seconds to reach all of STS; until then it answers AccessDenied. */
async function untilPropagated<T>(context: ChainContext, assume: () => Promise<T>): Promise<T> {
  const { clock, propagationMs, signal } = context;
  const deadline = clock.now() + propagationMs;
  for (let waitMs = 1_000; ; waitMs = Math.min(5_000, waitMs * 2)) {
    try {
      return await assume();
    } catch (error) {
      const isDenied = error instanceof ActionError && error.code === 'ACCESS_DENIED';
      if (!isDenied || clock.now() + waitMs > deadline) throw error;
      context.info(`Access denied. The role may be new, so trying again in ${waitMs / 1000} s.`);
      await clock.sleep(waitMs, signal);
    }
  }
}
