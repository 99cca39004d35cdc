import { STSClient } from '@aws-sdk/client-sts';
import { REGIONS } from '../../../src/core/regions.js';
import { stsEndpoint } from '../../../src/sts/endpoint.js';

/** Regions that have another partition's name in theirs, which does not make them Regions of it. */
const ELSEWHERE = [
  'us-gov',
  'cn',
  'eusc',
  'us-iso',
  'us-isob',
  'eu-isoe',
  'us-isof',
  'aws-us-gov',
  'aws-iso-b',
].map((name) => `mars-${name}-north-1`);
const ASKED = [...REGIONS]
  .filter((region) => region !== 'aws-global')
  .concat('mars-north-1', 'eu-central-9', ...ELSEWHERE, 'mars-aws-iso-global', 'aws-iso-global-1');

describe("STS's endpoint", () => {
  const client = new STSClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const switches = [false, true].flatMap((fips) => [false, true].map((dualstack) => ({ fips, dualstack })));

  it.each(ASKED.flatMap((region) => switches.map((both) => ({ region, ...both }))))(
    "is that of the AWS SDK's rules: %j",
    ({ region, fips, dualstack }) => {
      const rules = { Region: region, UseFIPS: fips, UseDualStack: dualstack, UseGlobalEndpoint: false };
      const expected = client.config.endpointProvider(rules).url.href;
      const settings = { region, endpoint: undefined, useFips: fips, useDualstack: dualstack };
      expect(stsEndpoint(settings).href).toBe(expected);
    },
  );

  it('is the global one for aws-global', () => {
    const settings = { region: 'aws-global', endpoint: undefined, useFips: false, useDualstack: false };
    expect(stsEndpoint(settings).href).toBe('https://sts.amazonaws.com/');
  });

  it('is the one that is given, whatever the switches say', () => {
    const endpoint = new URL('https://sts.example/');
    const given = { region: 'us-east-1', endpoint, useFips: true, useDualstack: true };
    expect(stsEndpoint(given).href).toBe('https://sts.example/');
  });
});
