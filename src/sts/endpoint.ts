import { invalidInputs } from '../core/errors.js';
import { quote } from '../core/text.js';

/** What decides which host of STS is asked. */
export interface EndpointSettings {
  readonly region: string;
  /** Another server than AWS's own; the two switches then have no say. */
  readonly endpoint: URL | undefined;
  readonly useFips: boolean;
  readonly useDualstack: boolean;
}

interface Partition {
  /** Its Regions, and the name that stands for all of them. */
  readonly regions: RegExp;
  readonly suffix: string;
  readonly dualStackSuffix: string;
  /** Its ordinary endpoints are FIPS ones already. */
  readonly isFips?: boolean;
}

const AWS: Partition = { regions: /^/, suffix: 'amazonaws.com', dualStackSuffix: 'api.aws' };
const GOV_CLOUD: Partition = { ...AWS, regions: /^(aws-)?us-gov-/, isFips: true };
const OTHERS: readonly Partition[] = (
  [
    [/^(aws-)?cn-/, 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
    [/^eusc-/, 'amazonaws.eu', 'api.amazonwebservices.eu'],
    [/^us-iso-|^aws-iso-global$/, 'c2s.ic.gov', 'api.aws.ic.gov'],
    [/^us-isob-|^aws-iso-b-/, 'sc2s.sgov.gov', 'api.aws.scloud'],
    [/^eu-isoe-|^aws-iso-e-/, 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
    [/^us-isof-|^aws-iso-f-/, 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  ] as const
).map(([regions, suffix, dualStackSuffix]) => ({ regions, suffix, dualStackSuffix }));

/**
 * STS's regional endpoint (https://docs.aws.amazon.com/general/latest/gr/sts.html). A test compares it with the AWS SDK's
 * rules for every Region and switch.
 */
export function stsEndpoint({ region, endpoint, useFips, useDualstack }: EndpointSettings): URL {
  // The path as the SDK asks for it: /sts as /sts/.
  if (endpoint) return new URL(endpoint.href.replace(/\/?$/, '/'));
  if (region === 'aws-global' && !useFips && !useDualstack) return new URL('https://sts.amazonaws.com/');
  const partition = [GOV_CLOUD, ...OTHERS].find(({ regions }) => regions.test(region)) ?? AWS;
  const suffix = useDualstack ? partition.dualStackSuffix : partition.suffix;
  const isNamedFips = useFips && (useDualstack || !partition.isFips);
  const address = `https://sts${isNamedFips ? '-fips' : ''}.${region}.${suffix}/`;
  if (!URL.canParse(address))
    throw invalidInputs([`aws-region: got ${quote(region)}; allowed: a Region such as us-east-1.`]);
  return new URL(address);
}
