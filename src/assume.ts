import type { Credentials, Identity } from './credentials.js';
import { ActionError } from './errors.js';
import type { Result } from './export/sinks.js';
import { guardRole } from './guard.js';
import { textClaim } from './identity/jwt.js';
import { explainRefusal } from './report/refusal.js';
import { isRoleArn } from './roles/arn.js';
import { assumeChain, type ChainContext } from './roles/chain.js';
import { planHops } from './roles/plan.js';
import type { Caller } from './roles/sts.js';
import type { Run } from './run.js';
import { quote } from './text.js';

/** The credentials themselves are the result; STS says whose they are. */
export async function withoutRole(run: Run, identity: Identity): Promise<Result> {
  if (identity.kind !== 'aws') throw new RangeError('A token is of no use without a role.');
  const { credentials } = identity;
  const isAmbient = run.choice.source === 'environment';
  return { ...(await whoIs(run, credentials)), credentials, isAmbient, oidcSubject: undefined };
}

/** Assumes the role, and what was planned to follow it. `renew` gives another identity where a token has ended. */
export async function withRole(
  run: Run,
  identity: Identity,
  renew: () => Promise<Identity>,
): Promise<Result> {
  const { runner, clock, inputs, choice, signal } = run;
  const isByName = inputs['role-to-assume'] !== undefined && !isRoleArn(inputs['role-to-assume']);
  const caller = identity.kind === 'aws' && isByName ? await whoIs(run, identity.credentials) : undefined;
  const plan = planHops(inputs, runner.env, identity.kind === 'aws' ? 'keys' : 'token', caller);
  for (const hop of plan.hops) guardRole(hop.roleArn, inputs);
  for (const warning of plan.warnings) runner.warning(warning);
  for (const notice of plan.notices) runner.notice(notice);
  const context: ChainContext = {
    sts: await run.sts(),
    clock,
    signal,
    retried: (attempt) => run.retried('assuming the role (STS)', attempt),
    renew,
    propagationMs: (inputs['role-propagation-timeout-s'] ?? 0) * 1000,
    info: (line) => runner.info(line),
    explain: (error, hop, index) =>
      explainRefusal(error, {
        roleArn: hop.roleArn,
        hop: index + 1,
        hops: plan.hops.length,
        identity,
        source: choice.source,
        reason: choice.reason,
      }),
  };
  let assumed = await assumeChain(identity, plan.hops, context);
  if (inputs['special-characters-workaround']) {
    for (let tried = 1; SPECIAL_CHARACTERS.test(assumed.credentials.secretAccessKey); tried++) {
      for (const secret of assumed.credentials.secrets) runner.mask(secret);
      if (tried >= MAX_PLAIN_KEY_ATTEMPTS) throw noPlainKey();
      assumed = await assumeChain(identity, plan.hops, context);
    }
  }
  for (const secret of assumed.credentials.secrets) runner.mask(secret);
  const isGithubs = choice.source === 'github-oidc' && identity.kind === 'web-identity';
  const oidcSubject = isGithubs ? textClaim(identity.claims, 'sub') : undefined;
  return { ...assumed, isAmbient: false, oidcSubject };
}

/** Whose credentials these are, as STS sees it. */
export async function whoIs(run: Run, credentials: Credentials): Promise<Caller> {
  const sts = await run.sts();
  try {
    return await run.retried('asking whose the credentials are (STS)', () =>
      sts.getCallerIdentity(credentials),
    );
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    throw error.with(`STS does not say whose the credentials are (${run.choice.source}). ${error.message}`);
  }
}

/** Slash and plus are all that AWS's keys have beside letters and digits; other clouds may differ. */
const SPECIAL_CHARACTERS = /[^A-Za-z0-9]/;

/** About 28 % of AWS's keys are plain, so that this many in a row that are not means that none will be. */
const MAX_PLAIN_KEY_ATTEMPTS = 50;

function noPlainKey(): ActionError {
  const tries = `${MAX_PLAIN_KEY_ATTEMPTS} keys in a row had special characters`;
  return new ActionError('SPECIAL_CHARACTERS', `special-characters-workaround: ${tries}.`, {
    hint: 'Use a tool that can take any key, and switch the workaround off.',
  });
}

/** Proves the credentials: STS must know them, as those it gave. */
export async function verify(run: Run, { arn, credentials }: Result): Promise<void> {
  const caller = await whoIs(run, credentials);
  if (caller.arn !== arn) {
    throw new ActionError(
      'ANSWER_UNEXPECTED',
      `verify-credentials: STS says these credentials are ${quote(caller.arn)}.`,
      {
        hint: `Expected: ${quote(arn)}.`,
      },
    );
  }
}
