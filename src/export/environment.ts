import { maskPlainAndEscaped } from '../cleanup/save-record.js';
import type { Credentials } from '../core/credentials.js';
import type { Runner } from '../platform/runner.js';
import type { Sink } from './sink.js';

/** What goes to the environment of the later steps. */
export interface EnvironmentExport {
  readonly region: string;
  /** Undefined: the credentials are the environment's own and stay as they are. */
  readonly credentials?: Credentials | undefined;
  readonly profile?: string | undefined;
  /** There is a profile `default`, the one that tools take where none is named. */
  readonly hasDefaultProfile?: boolean;
  /** Empty the variables of credentials that were there before (`unset-current-credentials`). */
  readonly unset: boolean;
  /** Empty what AWS's tools would take before they look at the profile. */
  readonly clearOverridingVariables: boolean;
  /** Others, by their names. */
  readonly others?: ReadonlyMap<string, string>;
}

export const CREDENTIAL_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
] as const;

/**
 * What wins over AWS_PROFILE: keys everywhere, and with the AWS CLI and boto3 a token file, too (the order of botocore's
 * providers: environment, assumed role, web identity, single sign-on, shared files, process).
 */
const BEFORE_PROFILES = [
  ...CREDENTIAL_VARIABLES,
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ROLE_ARN',
] as const;

/** Exports credentials and Region as environment variables, for all later steps of the job. */
export function environmentSink(runner: Runner, exported: EnvironmentExport): Sink {
  const variables = planVariables(runner, exported);
  maskPlainAndEscaped(
    runner,
    CREDENTIAL_VARIABLES.map((name) => runner.env[name] ?? ''),
  );
  const before = Object.fromEntries([...variables.keys()].map((name) => [name, runner.env[name] ?? '']));
  // The runner cannot unset a variable, and an empty AWS_PROFILE is an error to the AWS CLI and boto3.
  if (before['AWS_PROFILE'] === '' && exported.hasDefaultProfile) before['AWS_PROFILE'] = 'default';
  return {
    undo: [{ kind: 'environment', before }],
    write: () => runner.exportVariables(variables),
  };
}

function planVariables(
  runner: Runner,
  { region, credentials, profile, unset, clearOverridingVariables, others = new Map() }: EnvironmentExport,
): Map<string, string> {
  const variables = new Map<string, string>();
  if (unset) {
    for (const name of CREDENTIAL_VARIABLES) variables.set(name, '');
    setOrClear(variables, 'AWS_CREDENTIAL_EXPIRATION', undefined, runner);
  }
  if (clearOverridingVariables)
    for (const name of BEFORE_PROFILES) setOrClear(variables, name, undefined, runner);
  if (credentials) {
    variables.set('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    variables.set('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    // A session token or an expiry left over from earlier credentials would spoil these.
    setOrClear(variables, 'AWS_SESSION_TOKEN', credentials.sessionToken, runner);
    setOrClear(variables, 'AWS_CREDENTIAL_EXPIRATION', credentials.expiration?.toISOString(), runner);
  }
  variables.set('AWS_REGION', region);
  variables.set('AWS_DEFAULT_REGION', region);
  if (profile !== undefined) variables.set('AWS_PROFILE', profile);
  // botocore reads this one first, and takes an empty name for the name of a profile.
  if (clearOverridingVariables && profile !== undefined && runner.env['AWS_DEFAULT_PROFILE'])
    variables.set('AWS_DEFAULT_PROFILE', profile);
  for (const [name, value] of others) variables.set(name, value);
  return variables;
}

function setOrClear(
  variables: Map<string, string>,
  name: string,
  value: string | undefined,
  runner: Runner,
): void {
  if (value !== undefined) variables.set(name, value);
  else if (runner.env[name]) variables.set(name, '');
}
