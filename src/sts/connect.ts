import type { Clock } from '../core/clock.js';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { nearestRegion, REGIONS } from '../core/regions.js';
import { quote } from '../core/text.js';
import type { Inputs } from '../inputs/inputs.js';
import type { Http } from '../platform/http.js';
import type { Environment } from '../platform/runner.js';
import type { CallLog } from './call-log.js';
import { createSts, type Sts } from './client.js';
import { type EndpointSettings, stsEndpoint } from './endpoint.js';

/** The inputs that say where STS is. */
export type EndpointInputs = Pick<
  Inputs,
  'aws-region' | 'sts-region' | 'sts-endpoint' | 'use-fips-endpoint' | 'use-dualstack-endpoint'
>;

/** Begins to load what signs calls, which only those without a token need. If that fails, the call reports why. */
export function preloadSigner(): void {
  import('./signer.js').catch(() => {});
}

/** Begins to open the connection that the first call will take. */
export function connectStsEarly(inputs: EndpointInputs, http: Http): void {
  try {
    http.connectEarly(stsEndpoint(endpointSettings(inputs)));
  } catch {
    // The call will say what is wrong with the Region.
  }
}

/** STS by the regional endpoint of `aws-region`, unless the inputs say otherwise. */
export function connectSts(
  inputs: EndpointInputs,
  env: Environment,
  http: Http,
  clock: Clock,
  log?: CallLog,
): Sts {
  connectStsEarly(inputs, http);
  const settings = endpointSettings(inputs);
  const { region, endpoint } = settings;
  return createSts(
    { ...settings, userAgent: userAgentOf(env) },
    endpoint === undefined && !REGIONS.has(region) ? withRegionInDoubt(http, region) : http,
    clock,
    log,
  );
}

function endpointSettings(inputs: EndpointInputs): EndpointSettings {
  return {
    region: inputs['sts-region'] ?? inputs['aws-region'],
    endpoint: inputs['sts-endpoint'],
    useFips: inputs['use-fips-endpoint'] ?? false,
    useDualstack: inputs['use-dualstack-endpoint'] ?? false,
  };
}

/** A Region newer than this version has a host; a misspelt one has none now and will not have one in a second. */
function withRegionInDoubt(http: Http, region: string): Http {
  return {
    async send(request) {
      try {
        return await http.send(request);
      } catch (error) {
        const isMissing = error instanceof ActionError && errnoOf(error.cause) === 'ENOTFOUND';
        throw isMissing ? noSuchRegion(region, request.url.host, error) : error;
      }
    },
    connectEarly: (url) => http.connectEarly(url),
    close: () => http.close(),
  };
}

function noSuchRegion(region: string, host: string, cause: ActionError): ActionError {
  const near = nearestRegion(region);
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  return new ActionError('NETWORK_FAILED', `There is no host ${host}.`, {
    hint: `${quote(region)} is not a Region that this version of the action knows.${meant} Where it is a new one: can this runner look up that host?`,
    cause,
  });
}

/** What identifies the run in CloudTrail's user agent, as configure-aws-credentials writes it. */
function userAgentOf(env: Environment): readonly (readonly [string, string])[] {
  const fields = [
    ['action', env['GITHUB_ACTION'], /^[\w-]{1,128}$/],
    ['run_id', env['GITHUB_RUN_ID'], /^\d{1,20}$/],
    ['attempt', env['GITHUB_RUN_ATTEMPT'], /^\d{1,10}$/],
  ] as const;
  return fields.flatMap(([name, value, pattern]) =>
    value && pattern.test(value) ? [[name, value] as const] : [],
  );
}
