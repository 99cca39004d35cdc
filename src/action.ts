import type { Plan } from './chain/plan.js';
import type { Clock } from './core/clock.js';
import { ActionError } from './core/errors.js';
import { oneLine } from './core/text.js';
import { CREDENTIAL_VARIABLES } from './export/environment.js';
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
import { type Decision, type Inputs, type ParsedInputs, readInputsAnd } from './inputs/inputs.js';
import { incompatibleRunInputs } from './inputs/run-inputs.js';
import { unknownInputs, unknownInputText } from './inputs/unknown-inputs.js';
import { getsUserSession } from './inputs/user-session.js';
import type { Runner } from './platform/runner.js';
import { incompatibleRefreshInputs } from './refresh/incompatible-inputs.js';
import { assumeRoles } from './session/assume.js';
import { verifyCredentials } from './session/caller.js';
import type { Run } from './session/context.js';
import { guardPlan, guardsClaims } from './session/guards.js';
import { type Decided, decideRun, obtainIdentity, withRun } from './session/session.js';

const DEFAULT_TIMEOUT_SECONDS = 120;

/**
 * The action: inputs → identity → roles → guard → exports. Nothing leaves the process before the guards have passed,
 * and a failure leaves everything as it was.
 * @returns the step's exit code: that of the script where one is run
 * @throws ActionError
 */
export async function run(runner: Runner, clock: Clock): Promise<number> {
  for (const unknown of unknownInputs(runner.env)) runner.warning(unknownInputText(unknown));
  const { inputs, decided } = await readInputsAnd(runner, (given, isWhole) => decide(runner, given, isWhole));
  const { choice, plan } = decided;
  await checkBeforeAsking(runner, inputs, decided);
  const limit =
    inputs['action-timeout-s'] ?? DEFAULT_TIMEOUT_SECONDS + (inputs['role-propagation-timeout-s'] ?? 0);
  const result = await withRun({ runner, clock, inputs, choice }, limit, async (started) => {
    try {
      return await assumeAndExport(started, plan);
    } catch (error) {
      throw await explainMissingCredentials(started, error);
    }
  });
  // The step has succeeded: outside the time limit, since what is only told cannot undo that.
  if (result !== undefined) await reportSuccess({ runner, inputs, choice }, result);
  return inputs.run === undefined || result === undefined
    ? 0
    : await runWith(runner, inputs, inputs.run, result);
}

/** What is to be done; or what is wrong with the inputs together, and with what the runner offers. */
async function decide(runner: Runner, inputs: ParsedInputs, isWhole: boolean): Promise<Decision<Decided>> {
  const { env } = runner;
  const selection = selectSource(inputs, mayRequestToken(runner));
  const whyNoRole = inputs['role-to-assume'] === undefined ? await whyRoleIsEmpty(runner) : '';
  return decideRun(selection, inputs, env, isWhole, [
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
async function checkBeforeAsking(runner: Runner, inputs: Inputs, { choice, plan }: Decided): Promise<void> {
  // Without a token the environment may still help, but not where a guard needs the token's claims.
  if (choice.tokenMissing && (SOURCES[choice.source].requestsGithubToken || guardsClaims(inputs)))
    throw await whyTokenIsMissing(runner);
  const profile = selectProfile(inputs);
  if (profile !== undefined) (await import('./export/profile.js')).checkProfile(runner, profile);
  if (plan !== undefined) guardPlan(plan, inputs);
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
    if (await keepExisting(run)) return undefined;
  }
  const result = await assumeRoles(run, guarded ?? (await obtainIdentity(run)), plan);
  if (inputs['verify-credentials']) await verifyCredentials(run, result);
  const sinks = await selectSinks(runner, inputs, result, await renewedWay(run, plan, result, startMs));
  run.signal.throwIfAborted();
  exportTo(run, sinks);
  if (result.credentials.sessionToken === undefined) {
    const { warnOfLongLivedKeys } = await import('./export/long-lived-keys.js');
    warnOfLongLivedKeys(runner, inputs, result);
  }
  return result;
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
  const { successSummary } = await import('./report/summary-markdown.js');
  const { writeSummary } = await import('./report/write-summary.js');
  await writeSummary(runner, successSummary(facts));
}

/** Loaded only where they are wanted: what they say is long. */
const whyTokenIsMissing = async (runner: Runner): Promise<ActionError> =>
  (await import('./identity/token-missing.js')).whyTokenIsMissing(runner);
const whyRoleIsEmpty = async (runner: Runner): Promise<string> =>
  (await import('./identity/role-missing.js')).whyRoleIsEmpty(runner);
