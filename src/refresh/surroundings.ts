import { SOURCE_NAMES, type SourceName } from '../identity/source.js';
import { INPUT_FALLBACKS, PROXY_INPUTS } from '../inputs.js';
import { tagVariables } from '../roles/tags.js';
import type { Environment, Runner } from '../runner.js';
import { redact } from '../text.js';
import type { RefreshState } from './state.js';

/*
 * What a renewal hours later must find as it was: names and tags of the session, so that policies on them go on
 * working, and what the environment source is found by, since our own export has changed it.
 */

/** Variables of the run that make session names, tags, user agent and relative paths. */
const OF_THE_RUN = [
  'GITHUB_WORKSPACE',
  'GITHUB_RUN_ID',
  'GITHUB_RUN_ATTEMPT',
  'GITHUB_REPOSITORY',
  'GITHUB_ACTION',
];

/** Which credentials the AWS SDK finds by itself. */
const OF_THE_RUNNER = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'];

/** Access keys were not there for `main` (unfit.ts), so a renewal does not take any that have come since. */
const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** The variables to be kept for renewals. None of them is secret. */
export function keptVariables({ env }: Runner): Record<string, string> {
  const names = [...OF_THE_RUN, ...tagVariables(), ...OF_THE_RUNNER, 'AWS_ENDPOINT_URL_COGNITO_IDENTITY'];
  const kept = Object.fromEntries(names.map((name) => [name, env[name] ?? '']));
  return { ...kept, ...Object.fromEntries(KEYS.map((name) => [name, ''])) };
}

/** The source that `main` chose. */
export function sourceOf({ inputs }: RefreshState): SourceName | undefined {
  return SOURCE_NAMES.find((name) => name === inputs['identity-source']);
}

/** Puts the kept variables into the helper's own environment, where the AWS SDK looks. */
export function restoreVariables(env: Record<string, string | undefined>, state: RefreshState): void {
  for (const [name, value] of Object.entries(state.env)) {
    if (value === '') delete env[name];
    else env[name] = value;
  }
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
}

/**
 * The runner port of a process that is no step: inputs are those of the state, nothing is written anywhere, and what
 * would be masked is remembered for {@link Runner.redact}. Standard output is for the credentials alone.
 */
export function helperRunner(state: RefreshState, processEnv: Environment): Runner {
  const secrets: string[] = [];
  const env = { ...processEnv };
  const nothing = (): void => {};
  // A variable that stands in for an input has had its say.
  for (const [name, variables] of INPUT_FALLBACKS) {
    if (!PROXY_INPUTS.has(name)) for (const variable of variables) delete env[variable];
  }
  return {
    env,
    home: env['HOME'] || env['USERPROFILE'] || '',
    program: { node: '', script: '' },
    input: (name) => state.inputs[name] ?? '',
    state: () => '',
    info: nothing,
    debug: nothing,
    notice: nothing,
    warning: nothing,
    annotate: nothing,
    mask: (secret) => void (secret !== '' && secrets.push(secret)),
    saveState: nothing,
    exportVariables: () => nothing,
    setOutputs: () => nothing,
    forgetVariables: nothing,
    redact: (text) => redact(text, secrets),
    fail: nothing,
  };
}
