import type { Clock } from '../clock.js';
import { known } from '../errors.js';
import type { Http } from '../http.js';
import type { Environment } from '../runner.js';
import type { Sts } from './sts.js';

/** The inputs that say where STS is. */
export interface EndpointInputs {
  readonly 'aws-region': string | undefined;
  readonly 'sts-region': string | undefined;
  readonly 'sts-endpoint': URL | undefined;
  readonly 'use-fips-endpoint': boolean | undefined;
  readonly 'use-dualstack-endpoint': boolean | undefined;
}

/** Loads the file that holds the AWS SDK: about 50 ms, best spent while another machine is busy. */
export const loadSts = () => import('./sts.js');

/** Begins to load it. Should that fail, the one who needs it is told. */
export function preloadSts(): void {
  loadSts().catch(() => {});
}

/** STS by the regional endpoint of `aws-region`, unless the inputs say otherwise. The SDK is loaded when first needed. */
export async function connectSts(
  inputs: EndpointInputs,
  env: Environment,
  http: Http,
  clock: Clock,
): Promise<Sts> {
  const { createSts } = await loadSts();
  return createSts(
    {
      region: inputs['sts-region'] ?? known(inputs['aws-region']),
      endpoint: inputs['sts-endpoint'],
      useFips: inputs['use-fips-endpoint'] ?? false,
      useDualstack: inputs['use-dualstack-endpoint'] ?? false,
      userAgent: userAgentOf(env),
    },
    http,
    clock,
  );
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
