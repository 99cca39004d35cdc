import { partition } from '@aws-sdk/core/client';
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

/**
 * STS's regional endpoint, by AWS's own table of partitions. A test compares it with the SDK's rules for every Region
 * and switch (https://docs.aws.amazon.com/general/latest/gr/sts.html).
 */
export function stsEndpoint({ region, endpoint, useFips, useDualstack }: EndpointSettings): URL {
  if (endpoint) return endpoint;
  if (region === 'aws-global' && !useFips && !useDualstack) return new URL('https://sts.amazonaws.com/');
  const { name, dnsSuffix, dualStackDnsSuffix } = partition(region);
  // GovCloud's ordinary endpoints are FIPS ones already.
  const isNamedFips = useFips && (useDualstack || name !== 'aws-us-gov');
  const suffix = useDualstack ? dualStackDnsSuffix : dnsSuffix;
  const address = `https://sts${isNamedFips ? '-fips' : ''}.${region}.${suffix}/`;
  if (!URL.canParse(address))
    throw invalidInputs([`aws-region: got ${quote(region)}; allowed: a Region such as us-east-1.`]);
  return new URL(address);
}
