import type { Plan } from './chain/plan.js';
import type { Clock } from './core/clock.js';
import { ActionError } from './core/errors.js';
import { CREDENTIAL_VARIABLES } from './export/environment.js';
import type { Sink } from './export/sink.js';
import {
  exportsEnvironment,
  exportTo,
  type Renewed,
  type Result,
  selectProfile,
  selectSinks,
} from './export/sinks.js';
import { incompatibleInputs, selectSource } from './identity/select.js';
import { SOURCES } from './identity/sources.js';
import { mayRequestToken } from './identity/token-request.js';
import {
  type Decision,
  type Inputs,
  masksAccountIds,
  type ParsedInputs,
  readInputsAnd,
} from './inputs/inputs.js';
import { incompatibleRunInputs } from './inputs/run-inputs.js';
import { unknownInputs, unknownInputText } from './inputs/unknown-inputs.js';
import { getsUserSession } from './inputs/user-session.js';
import type { Runner } from './platform/runner.js';
import { incompatibleRefreshInputs } from './refresh/incompatible-inputs.js';
import type { Resolution } from './role-map/resolve.js';
import { assumeRoles } from './session/assume.js';
import { verifyCredentials } from './session/caller.js';
import type { Run } from './session/context.js';
import { guardPlan, guardsClaims } from './session/guards.js';
import { Journal } from './session/journal.js';
import { reportSuccess } from './session/report-success.js';
import { type Decided, decideRun, obtainIdentity, withRun } from './session/session.js';

const DEFAULT_TIMEOUT_SECONDS = 120;

/**
 * The action: inputs → identity → roles → guard → exports. Nothing leaves the process before the guards have passed,
 * and a failure leaves everything as it was.
 * @returns the step's exit code: that of the script where one is run
 * @throws ActionError
 */
export async function run(runner: Runner, clock: Clock): Promise<number> {
  const journal = new Journal(clock.now());
  try {
    return await perform(runner, clock, journal);
  } catch (error) {
    if (masksAccountIds(runner)) (await import('./report/failure.js')).maskAccountsOf(runner, error);
    if (runner.input('audit-file') !== '')
      (await import('./audit/audit.js')).recordFailure(runner, clock, journal, error);
    throw error;
  }
}

async function perform(given: Runner, clock: Clock, journal: Journal): Promise<number> {
  for (const unknown of unknownInputs(given.env)) given.warning(unknownInputText(unknown));
  const { runner, problems } = await lookUpRole(given, journal);
  const { inputs, decided } = await readInputsAnd(runner, (parsed, isWhole) =>
    decide(runner, parsed, isWhole, problems),
  );
  const { choice, plan } = decided;
  journal.choice = choice;
  await checkBeforeAsking(runner, inputs, decided, journal);
  const limit =
    inputs['action-timeout-s'] ?? DEFAULT_TIMEOUT_SECONDS + (inputs['role-propagation-timeout-s'] ?? 0);
  const result = await withRun({ runner, clock, inputs, choice, journal }, limit, async (started) => {
    try {
      return await assumeAndExport(started, plan);
    } catch (error) {
      throw await explainMissingCredentials(started, error);
    }
  });
  // The step has succeeded: outside the time limit, since what is only told cannot undo that.
  if (result !== undefined) await reportSuccess({ runner, inputs, choice, journal }, result);
  return inputs.run === undefined || result === undefined
    ? 0
    : await runWith(runner, inputs, inputs.run, result);
}

/** The inputs, with those of the role that is given by its name in a map; and what does not go with that. */
async function lookUpRole(
  runner: Runner,
  journal: Journal,
): Promise<Pick<Resolution, 'runner' | 'problems'>> {
  if (['role', 'roles-file', 'roles-sha256'].every((name) => runner.input(name) === ''))
    return { runner, problems: [] };
  const resolution = await (await import('./role-map/resolve.js')).resolveRole(runner);
  journal.mappedRole = resolution.role;
  return resolution;
}

/** What is to be done; or what is wrong with the inputs together, and with what the runner offers. */
async function decide(
  runner: Runner,
  inputs: ParsedInputs,
  isWhole: boolean,
  problems: readonly string[],
): Promise<Decision<Decided>> {
  const { env } = runner;
  const selection = selectSource(inputs, mayRequestToken(runner));
  const whyNoRole = inputs['role-to-assume'] === undefined ? await whyRoleIsEmpty(runner) : '';
  return decideRun(selection, inputs, env, isWhole, [
    ...problems,
    ...incompatibleInputs(selection, inputs, whyNoRole),
    ...incompatibleRefreshInputs(selection, inputs, env),
    ...(getsUserSession(inputs)
      ? (await import('./session/user-session-inputs.js')).incompatibleUserSessionInputs(
          selection,
          inputs,
          env,
        )
      : []),
    ...(inputs['credential-endpoint']
      ? await (await import('./refresh/endpoint-inputs.js')).incompatibleEndpointInputs(inputs, env)
      : []),
    ...(inputs['export-token-file']
      ? (await import('./refresh/token-file-inputs.js')).incompatibleTokenFileInputs(selection, inputs, env)
      : []),
    ...incompatibleRunInputs(inputs),
  ]);
}

/** What can be refused without a request is. */
async function checkBeforeAsking(
  runner: Runner,
  inputs: Inputs,
  { choice, plan }: Decided,
  journal: Journal,
): Promise<void> {
  if (plan !== undefined) journal.plan(plan.hops);
  // Without a token the environment may still help, but not where a guard needs the token's claims.
  if (choice.tokenMissing && (SOURCES[choice.source].requestsGithubToken || guardsClaims(inputs)))
    throw await whyTokenIsMissing(runner);
  const profile = selectProfile(inputs);
  if (profile !== undefined) (await import('./export/profile.js')).checkProfile(runner, profile);
  const auditFile = inputs['audit-file'];
  if (auditFile !== undefined) {
    const { auditPath, checkAuditFile } = await import('./audit/audit-file.js');
    journal.record = 'unwritable';
    checkAuditFile(auditPath(auditFile, runner));
    journal.record = 'none';
  }
  if (plan !== undefined) guardPlan(plan, inputs, journal);
  // The AWS SDK reads the variables by itself, so they must be gone before it looks.
  if (inputs['unset-current-credentials'] && exportsEnvironment(inputs))
    runner.forgetVariables(CREDENTIAL_VARIABLES);
}

/** The result that was exported; undefined where what was there is kept. */
async function assumeAndExport(run: Run, plan: Plan | undefined): Promise<Result | undefined> {
  const { runner, inputs, choice } = run;
  runner.info(`Identity source: ${choice.source} (${choice.reason}).`);
  const startMs = run.clock.now();
  // A guard on the token's claims holds for credentials that are there already, too.
  const guarded = guardsClaims(inputs) ? await obtainIdentity(run) : undefined;
  if (inputs['use-existing-credentials']) {
    const { keepExisting } = await import('./session/existing.js');
    if (await keepExisting(run, (result) => auditSinks(run, result, true))) return undefined;
  }
  const result = await assumeRoles(run, guarded ?? (await obtainIdentity(run)), plan);
  if (inputs['verify-credentials']) await verifyCredentials(run, result);
  const sinks = [
    ...(await auditSinks(run, result, false)),
    ...(await selectSinks(runner, inputs, result, await renewedWay(run, plan, result, startMs))),
  ];
  run.signal.throwIfAborted();
  exportTo(run, sinks);
  if (result.credentials.sessionToken === undefined) {
    const { warnOfLongLivedKeys } = await import('./export/long-lived-keys.js');
    warnOfLongLivedKeys(runner, inputs, result);
  }
  return result;
}

async function auditSinks(run: Run, result: Result, isKept: boolean): Promise<readonly Sink[]> {
  const auditFile = run.inputs['audit-file'];
  if (auditFile === undefined) return [];
  return [(await import('./audit/audit.js')).auditSink(run, auditFile, result, isKept)];
}

/** Outside the time limit: the script's own is the step's `timeout-minutes`. */
async function runWith(runner: Runner, inputs: Inputs, script: string, result: Result): Promise<number> {
  const { runScript } = await import('./export/run-script.js');
  const { credentials, isFromEnvironment } = result;
  return await runScript({
    script,
    shell: inputs.shell,
    credentials: isFromEnvironment ? undefined : credentials,
    region: inputs['aws-region'],
    env: runner.env,
  });
}

/** If credentials are missing because the job may not request a token, or no role arrived, the error says so. */
async function explainMissingCredentials({ runner, inputs, choice }: Run, error: unknown): Promise<unknown> {
  if (!(error instanceof ActionError && error.code === 'CREDENTIALS_NOT_FOUND')) return error;
  if (choice.tokenMissing) return await whyTokenIsMissing(runner);
  const isAsked = inputs['role-to-assume'] !== undefined || inputs['identity-source'] === 'environment';
  return isAsked ? error : await withoutRoleOrCredentials(runner, error);
}

/** Nobody who gives neither keys nor a role means the environment: a role was meant, and did not arrive. */
async function withoutRoleOrCredentials(runner: Runner, cause: ActionError): Promise<ActionError> {
  const unknown = unknownInputs(runner.env).map(unknownInputText).join(' ');
  return new ActionError('CREDENTIALS_NOT_FOUND', `role-to-assume is empty. ${cause.message}`, {
    hint: [unknown, await whyRoleIsEmpty(runner)].filter((part) => part !== '').join(' '),
    cause,
  });
}

/** What stands for credentials where they renew themselves; `obtainedMs` is before the first were asked for. */
async function renewedWay(
  { runner, inputs, choice }: Run,
  plan: Plan | undefined,
  { credentials }: Result,
  obtainedMs: number,
): Promise<Renewed | undefined> {
  const first = { credentials, source: choice.source, obtainedMs };
  if (inputs['export-token-file'] && plan !== undefined) {
    const { tokenFileSink } = await import('./refresh/token-file-sink.js');
    const { sink, file } = tokenFileSink(runner, first);
    const [{ roleArn, sessionName }] = plan.hops;
    const variables = new Map([
      ['AWS_WEB_IDENTITY_TOKEN_FILE', file],
      ['AWS_ROLE_ARN', roleArn],
      ['AWS_ROLE_SESSION_NAME', sessionName],
    ]);
    return { sinks: [sink], variables };
  }
  const profile = selectProfile(inputs);
  if (profile === undefined || !inputs['refresh-credentials']) return undefined;
  const refreshing = { ...profile, ...first, region: inputs['aws-region'] };
  const sinks = inputs['credential-endpoint']
    ? (await import('./refresh/endpoint-sink.js')).endpointSinks(runner, refreshing)
    : (await import('./refresh/profile.js')).refreshingProfileSinks(runner, refreshing);
  return { sinks };
}

/** Loaded only where they are wanted: what they say is long. */
const whyTokenIsMissing = async (runner: Runner): Promise<ActionError> =>
  (await import('./identity/token-missing.js')).whyTokenIsMissing(runner);
const whyRoleIsEmpty = async (runner: Runner): Promise<string> =>
  (await import('./identity/role-missing.js')).whyRoleIsEmpty(runner);
