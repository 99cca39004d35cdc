import { firstCallOf, verify, withoutRole, withRole } from './assume.js';
import type { Clock } from './clock.js';
import type { Claims, Identity } from './credentials.js';
import { withDeadline } from './deadline.js';
import { ActionError, invalidInputs } from './errors.js';
import { CREDENTIAL_VARIABLES } from './export/environment.js';
import { exportsEnvironment, exportTo, type Result, sinksOf } from './export/sinks.js';
import { guardAccount, guardClaims, guardRole, guardsClaims } from './guard.js';
import { createHttp } from './http.js';
import { openSource } from './identity/open-source.js';
import { type Choice, selectIdentity, unfitInputs } from './identity/select.js';
import { mayRequestToken, whyTokenIsMissing } from './identity/token-missing.js';
import { type Inputs, readInputs } from './inputs.js';
import { keepExisting } from './keep-existing.js';
import type { ProxySettings } from './proxy.js';
import { writeSummary } from './report/failure.js';
import { successSummary } from './report/summary.js';
import { connectSts, preloadSts } from './roles/connection.js';
import { planHops } from './roles/plan.js';
import { maskAccount, type Run, retrier } from './run.js';
import type { Runner } from './runner.js';
import { oneLine } from './text.js';

const DEFAULT_TIMEOUT_SECONDS = 120;

/**
 * The action: inputs → identity → roles → guard → exports. Nothing leaves the process before the guards have passed,
 * and a failure leaves everything as it was.
 * @throws ActionError
 */
export async function run(runner: Runner, clock: Clock): Promise<void> {
  const inputs = await readInputs(runner);
  const choice = await chooseIdentity(runner, inputs);
  await checkBeforeAsking(runner, inputs, choice);
  const limit =
    inputs['action-timeout-s'] ?? DEFAULT_TIMEOUT_SECONDS + (inputs['role-propagation-timeout-s'] ?? 0);
  const progress = { doing: 'starting' };
  await withDeadline(limit, progress, async (signal) => {
    // The AWS SDK loads while GitHub is busy with the first request.
    const http = createHttp({ proxy: proxyOf(inputs), signal, onFirstSent: preloadSts });
    const retried = retrier(runner, clock, inputs, signal, progress);
    const sts = () => connectSts(inputs, runner.env, http, clock);
    try {
      await assumeAndExport({ runner, clock, inputs, choice, http, signal, retried, sts });
    } finally {
      http.close();
    }
  });
}

async function chooseIdentity(runner: Runner, inputs: Inputs): Promise<Choice> {
  const choice = selectIdentity(inputs, mayRequestToken(runner));
  const problems = unfitInputs(choice, inputs);
  if (problems.length > 0) throw invalidInputs(problems);
  // Without a token the environment may still help, but not where a guard needs the token's claims.
  if (choice.tokenMissing && (choice.source !== 'environment' || guardsClaims(inputs)))
    throw await whyTokenIsMissing(runner);
  return choice;
}

/** What can be refused without a request is. */
async function checkBeforeAsking(runner: Runner, inputs: Inputs, choice: Choice): Promise<void> {
  const name = inputs['aws-profile'];
  if (name !== undefined) {
    const { checkProfile } = await import('./export/profile.js');
    checkProfile(runner, { name, overwrite: inputs['overwrite-aws-profile'] ?? false });
  }
  const last = planHops(inputs, runner.env, { by: firstCallOf(choice) }).hops.at(-1);
  if (last !== undefined) guardRole(last.roleArn, inputs);
  // The AWS SDK reads the variables by itself, so they must be gone before it looks.
  if (inputs['unset-current-credentials'] && exportsEnvironment(inputs))
    runner.forgetVariables(CREDENTIAL_VARIABLES);
}

async function assumeAndExport(run: Run): Promise<void> {
  const { runner, inputs, choice } = run;
  runner.info(`Identity source: ${choice.source} (${choice.reason}).`);
  // A guard on the token's claims holds for credentials that are there already, too.
  const guarded = guardsClaims(inputs) ? await obtainIdentity(run) : undefined;
  if (inputs['use-existing-credentials'] && (await keepExisting(run))) return;
  const identity = guarded ?? (await obtainIdentity(run));
  const result =
    inputs['role-to-assume'] === undefined
      ? await withoutRole(run, identity)
      : await withRole(run, identity, () => obtainIdentity(run));
  maskAccount(runner, inputs, result);
  guardAccount(result.accountId, inputs);
  if (inputs['verify-credentials']) await verify(run, result);
  const sinks = await sinksOf(runner, inputs, result);
  run.signal.throwIfAborted();
  exportTo(runner, sinks);
  await tell(run, result);
}

/** The first identity. The guards on a token's claims have passed when it is there. */
async function obtainIdentity({ runner, clock, inputs, choice, http, retried }: Run): Promise<Identity> {
  const accept = (claims: Claims | undefined): void => guardClaims(claims, inputs);
  const source = openSource(choice.source, inputs, {
    runner,
    http,
    clock,
    accept,
    tokenMissing: choice.tokenMissing,
  });
  try {
    return await retried(`asking for an identity (${choice.source})`, () => source.obtain());
  } catch (error) {
    const noneFound = error instanceof ActionError && error.code === 'CREDENTIALS_NOT_FOUND';
    throw noneFound && choice.tokenMissing ? await whyTokenIsMissing(runner) : error;
  }
}

async function tell({ runner, inputs, choice }: Run, result: Result): Promise<void> {
  const { arn, credentials } = result;
  const end = credentials.expiration?.toISOString();
  runner.info(`Authenticated as ${oneLine(arn)}${end === undefined ? '' : `, until ${end}`}.`);
  if (inputs.summary !== 'always') return;
  const facts = new Map([
    ['Authenticated as', runner.redact(arn)],
    ['Until', end ?? 'not known'],
    ['Identity source', `${choice.source} (${choice.reason})`],
  ]);
  await writeSummary(runner, successSummary(facts));
}

function proxyOf(inputs: Inputs): ProxySettings | undefined {
  const { 'http-proxy': url, 'no-proxy': exceptions = '' } = inputs;
  return url && { url, exceptions };
}
