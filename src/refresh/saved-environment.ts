import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { redact } from '../core/text.js';
import { SOURCES } from '../identity/sources.js';
import { tagVariables } from '../inputs/custom-tags.js';
import { INPUT_FALLBACKS } from '../inputs/inputs.js';
import { SOURCE_NAMES, type SourceName } from '../inputs/source-names.js';
import type { Environment, Runner } from '../platform/runner.js';
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

/** Which servers are asked, beside the variables that stand in for inputs, and which of them are trusted. */
const OF_THE_SERVERS = [
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'NODE_EXTRA_CA_CERTS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
];

/** Access keys were not there for `main` (incompatible-inputs.ts), so a renewal does not take any that have come since. */
const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/**
 * The variables to be kept for renewals: all that have a say in what is asked, and where. None of them is secret, but
 * for the password that a proxy's address may hold.
 */
export function keptVariables({ env }: Runner): Record<string, string> {
  const ofInputs = [...INPUT_FALLBACKS.values()].flat();
  const ofSources = Object.values(SOURCES).flatMap(({ variables }) => variables);
  const names = [...OF_THE_RUN, ...tagVariables(), ...ofSources, ...OF_THE_SERVERS, ...ofInputs];
  const kept = Object.fromEntries(names.map((name) => [name, env[name] ?? '']));
  return { ...kept, ...Object.fromEntries(KEYS.map((name) => [name, ''])) };
}

/** The source that `main` chose. */
export function readSourceName({ inputs }: RefreshState): SourceName | undefined {
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
 * Certificates that were trusted by `main` beside Node's own, where this process, which reads them when it starts, may
 * not know them. None where the file is gone: then the failure names the certificate.
 */
export function readCertificates(env: Environment, state: RefreshState): string | undefined {
  const { NODE_EXTRA_CA_CERTS: file, GITHUB_WORKSPACE: workspace } = state.env;
  if (!file || file === env['NODE_EXTRA_CA_CERTS']) return undefined;
  try {
    return readFileSync(resolve(workspace || '.', file), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * The runner port of a process outside a step: inputs are those of the state, nothing is written anywhere, and what
 * would be masked is remembered for {@link Runner.redact}. Standard output is for the credentials alone.
 */
export function helperRunner(state: RefreshState, processEnv: Environment): Runner {
  const secrets: string[] = [];
  const env = { ...processEnv };
  const nothing = (): void => {};
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
