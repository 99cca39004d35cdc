import { assumeChain, type ChainContext } from '../chain/assume-chain.js';
import { completePlan, type Plan } from '../chain/plan.js';
import { isRoleArn, isSessionOf } from '../core/arn.js';
import type { Identity, WebIdentity } from '../core/credentials.js';
import { quote } from '../core/text.js';
import type { Result } from '../export/sinks.js';
import { textClaim } from '../identity/jwt.js';
import { SOURCES } from '../identity/sources.js';
import { getsUserSession } from '../inputs/user-session.js';
import type { AssumedRole, Hop } from '../sts/client.js';
import { identifyCaller, maskAccount } from './caller.js';
import type { Run } from './context.js';
import { logGuards } from './guard-log.js';
import { guardAccount, guardPlan } from './guards.js';
import { askUntilPlain } from './plain-key.js';
import { guardSessionRole } from './role-guard.js';
import { obtainIdentity } from './session.js';

/**
 * The credentials at the end of the chain, or where no role is given, those of the identity itself. The guards on their
 * account and role have passed.
 * @param plan what the inputs alone say, guarded already
 * @throws ActionError
 */
export async function assumeRoles(run: Run, identity: Identity, plan: Plan | undefined): Promise<Result> {
  const result = plan === undefined ? await withoutRole(run, identity) : await withRole(run, identity, plan);
  maskAccount(run.runner, run.inputs, result);
  guardAccount(result.accountId, run.inputs, run.journal);
  guardSessionRole(result.arn, result.roleArns, run.inputs, run.journal);
  logGuards(run);
  return result;
}

/** A session of the user's own where one is asked for, else the credentials themselves; STS says whose they are. */
async function withoutRole(run: Run, identity: Identity): Promise<Result> {
  if (identity.kind !== 'aws') throw new RangeError('A token cannot be used without a role.');
  const { credentials } = identity;
  const isFromEnvironment = run.choice.source === 'environment';
  const common = { isFromEnvironment, oidcSubject: undefined, roleArns: [] };
  if (getsUserSession(run.inputs)) {
    const { userSession } = await import('./user-session.js');
    return { ...(await userSession(run, credentials)), ...common };
  }
  return { ...(await identifyCaller(run, credentials)), credentials, ...common };
}

async function withRole(run: Run, identity: Identity, planned: Plan): Promise<Result> {
  const { runner, inputs } = run;
  const { hops, warnings, notices } = await completeFor(run, identity, planned);
  for (const warning of warnings) runner.warning(warning);
  for (const notice of notices) runner.notice(notice);
  run.journal.plan(hops);
  const context = await chainContext(run, hops);
  const assume = () => assumeChain(identity, hops, context);
  const assumed = await (inputs['special-characters-workaround'] ? askUntilPlain(assume) : assume());
  return {
    ...assumed,
    isFromEnvironment: false,
    oidcSubject: identity.kind === 'web-identity' ? githubSubject(run, identity) : undefined,
    roleArns: hops.map(({ roleArn }) => roleArn),
  };
}

/** The plan with what only the identity says. A role given by its name is in the account of whoever assumes it. */
async function completeFor(run: Run, identity: Identity, plan: Plan): Promise<Plan> {
  if (identity.kind === 'web-identity') return completePlan(plan, identity);
  if (identity.kind !== 'aws' || isRoleArn(plan.hops[0].roleArn)) return plan;
  const caller = await identifyCaller(run, identity.credentials);
  const whole = completePlan(plan, { caller });
  guardPlan(whole, run.inputs, run.journal);
  return whole;
}

async function chainContext(run: Run, hops: Plan['hops']): Promise<ChainContext> {
  const { runner, clock, inputs, signal } = run;
  return {
    sts: run.sts(),
    clock,
    signal,
    retried: (attempt, isOnce) => run.retried('assuming the role (STS)', attempt, isOnce),
    obtainIdentity: () => obtainIdentity(run),
    propagationMs: (inputs['role-propagation-timeout-s'] ?? 0) * 1000,
    mask: (secret) => runner.mask(secret),
    info: (line) => runner.info(line),
    inspect(assumed, hop) {
      // The account that was masked so far is that of the inputs.
      maskAccount(runner, inputs, assumed);
      run.journal.assumed(hop, assumed);
      for (const warning of findAnomalies(assumed, hop, clock.now())) runner.warning(warning);
    },
    async explain(error, index, caller, callerArn) {
      // Loaded only for a failure, as all that writes about one is.
      const { explainCall } = await import('./describe-call.js');
      return explainCall(run, error, { hops, index, caller, callerArn });
    },
  };
}

/** What is strange about an answer, though its credentials may work. */
function findAnomalies({ arn, credentials }: AssumedRole, hop: Hop, now: number): readonly string[] {
  const end = credentials.expiration;
  return [
    ...(arn === '' || isSessionOf(arn, hop.roleArn)
      ? []
      : [
          `STS answered with ${quote(arn)}, which is not a session of ${quote(hop.roleArn)}. Set allowed-account-ids to refuse other accounts.`,
        ]),
    ...(end === undefined || end.getTime() > now
      ? []
      : [`By this machine's clock the credentials ended at ${end.toISOString()}. Is the clock right?`]),
  ];
}

/** The subject of GitHub's token, also where the token was exchanged for another. */
function githubSubject({ choice }: Run, { claims, origin }: WebIdentity): string | undefined {
  return textClaim(SOURCES[choice.source].token?.isGithub ? claims : origin, 'sub');
}
