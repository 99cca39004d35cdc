import { hopProblems, planHops } from './chain/plan.js';
import type { Clock } from './core/clock.js';
import type { Identity } from './core/credentials.js';
import { ActionError, known } from './core/errors.js';
import { oneLine } from './core/text.js';
import { CREDENTIAL_VARIABLES } from './export/environment.js';
import type { Sink } from './export/sink.js';
import { exportsEnvironment, exportTo, profileName, type Result, sinksOf } from './export/sinks.js';
import { whyRoleIsEmpty } from './identity/role-missing.js';
import { type Choice, incompatibleInputs, selectIdentity } from './identity/select.js';
import { mayRequestToken, whyTokenIsMissing } from './identity/token-missing.js';
import { type Inputs, readInputs } from './inputs/inputs.js';
import { unknownInputs, unknownInputText } from './inputs/unknown-inputs.js';
import type { Runner } from './platform/runner.js';
import { incompatibleRefreshInputs } from './refresh/incompatible-inputs.js';
import { successSummary } from './report/summary-markdown.js';
import { writeSummary } from './report/write-summary.js';
import { firstCallOf, verify } from './session/assume.js';
import type { Run } from './session/context.js';
import { keepExisting } from './session/existing.js';
import { guardRole, guardsClaims } from './session/guards.js';
import { assumeRoles, obtainIdentity, withRun } from './session/session.js';

const DEFAULT_TIMEOUT_SECONDS = 120;

/**
 * The action: inputs → identity → roles → guard → exports. Nothing leaves the process before the guards have passed,
 * and a failure leaves everything as it was.
 * @throws ActionError
 */
export async function run(runner: Runner, clock: Clock): Promise<void> {
  for (const unknown of unknownInputs(runner.env)) runner.warning(unknownInputText(unknown));
  const inputs = await readInputs(runner, (given, isWhole) => combinationProblems(runner, given, isWhole));
  const choice = await chooseIdentity(runner, inputs);
  await checkBeforeAsking(runner, inputs, choice);
  const limit =
    inputs['action-timeout-s'] ?? DEFAULT_TIMEOUT_SECONDS + (inputs['role-propagation-timeout-s'] ?? 0);
  const result = await withRun({ runner, clock, inputs, choice }, limit, assumeAndExport);
  // The step has succeeded: outside the time limit, since what is only told cannot undo that.
  if (result !== undefined) await reportSuccess({ runner, inputs, choice }, result);
}

/** What is wrong with the inputs together, and with what the runner offers. */
async function combinationProblems(
  runner: Runner,
  inputs: Inputs,
  isWhole: boolean,
): Promise<readonly string[]> {
  const choice = selectIdentity(inputs, mayRequestToken(runner));
  const whyNoRole = inputs['role-to-assume'] === undefined ? await whyRoleIsEmpty(runner) : '';
  return [
    ...incompatibleInputs(choice, inputs, whyNoRole),
    ...incompatibleRefreshInputs(choice, inputs, runner.env),
    ...(isWhole ? hopProblems(inputs, runner.env, { by: firstCallOf(choice) }) : []),
  ];
}

async function chooseIdentity(runner: Runner, inputs: Inputs): Promise<Choice> {
  const choice = selectIdentity(inputs, mayRequestToken(runner));
  // Without a token the environment may still help, but not where a guard needs the token's claims.
  if (choice.tokenMissing && (choice.source !== 'environment' || guardsClaims(inputs)))
    throw await whyTokenIsMissing(runner);
  return choice;
}

/** What can be refused without a request is. */
async function checkBeforeAsking(runner: Runner, inputs: Inputs, choice: Choice): Promise<void> {
  const name = profileName(inputs);
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

/** The result that was exported; undefined where what was there is kept. */
async function assumeAndExport(run: Run): Promise<Result | undefined> {
  const { runner, inputs, choice } = run;
  runner.info(`Identity source: ${choice.source} (${choice.reason}).`);
  const startMs = run.clock.now();
  // A guard on the token's claims holds for credentials that are there already, too.
  const guarded = guardsClaims(inputs) ? await obtainOrExplain(run) : undefined;
  if (inputs['use-existing-credentials'] && (await keepExisting(run))) return undefined;
  const identity = guarded ?? (await obtainOrExplain(run));
  const result = await assumeRoles(run, identity, () => obtainOrExplain(run));
  if (inputs['verify-credentials']) await verify(run, result);
  const sinks = await sinksOf(runner, inputs, result, await refreshingProfile(run, result, startMs));
  run.signal.throwIfAborted();
  exportTo(run, sinks);
  return result;
}

/** The first identity. Where there is none because the job may not ask for a token, the error says that. */
async function obtainOrExplain(run: Run): Promise<Identity> {
  try {
    return await obtainIdentity(run);
  } catch (error) {
    if (!(error instanceof ActionError && error.code === 'CREDENTIALS_NOT_FOUND')) throw error;
    if (run.choice.tokenMissing) throw await whyTokenIsMissing(run.runner);
    const isAsked =
      run.inputs['role-to-assume'] !== undefined || run.inputs['identity-source'] === 'environment';
    throw isAsked ? error : await withoutRoleOrCredentials(run.runner, error);
  }
}

/** Nobody who gives neither keys nor a role means the environment: a role was meant, and did not arrive. */
async function withoutRoleOrCredentials(runner: Runner, cause: ActionError): Promise<ActionError> {
  const unknown = unknownInputs(runner.env).map(unknownInputText).join(' ');
  return new ActionError('CREDENTIALS_NOT_FOUND', `role-to-assume is empty. ${cause.message}`, {
    hint: [unknown, await whyRoleIsEmpty(runner)].filter((part) => part !== '').join(' '),
    cause,
  });
}

/** What writes a profile that renews itself; `obtainedMs` is before its first session was asked for. */
async function refreshingProfile(
  { runner, inputs, choice }: Run,
  { credentials }: Result,
  obtainedMs: number,
): Promise<readonly Sink[] | undefined> {
  if (!inputs['refresh-credentials']) return undefined;
  const { refreshingProfileSinks } = await import('./refresh/profile.js');
  return refreshingProfileSinks(runner, {
    name: known(profileName(inputs)),
    overwrite: inputs['overwrite-aws-profile'] ?? false,
    region: known(inputs['aws-region']),
    credentials,
    source: choice.source,
    obtainedMs,
  });
}

async function reportSuccess(
  { runner, inputs, choice }: Pick<Run, 'runner' | 'inputs' | 'choice'>,
  result: Result,
): Promise<void> {
  const { arn, credentials, roleArns } = result;
  const end = credentials.expiration?.toISOString();
  const hops = roleArns.length > 1 ? roleArns : [];
  const who = arn === '' ? 'a session that the server does not name' : oneLine(arn);
  if (hops.length > 0) runner.info(`Assumed ${hops.map((role) => oneLine(role)).join(', then ')}.`);
  runner.info(`Authenticated as ${who}${end === undefined ? '' : `, until ${end}`}.`);
  if (inputs.summary !== 'always') return;
  const facts = new Map([
    ['Identity source', `${choice.source} (${choice.reason})`],
    ...hops.map((role, index) => [`Role ${index + 1} of ${hops.length}`, runner.redact(role)] as const),
    ['Authenticated as', runner.redact(who)],
    ['Until', end ?? 'unknown'],
  ]);
  await writeSummary(runner, successSummary(facts));
}
