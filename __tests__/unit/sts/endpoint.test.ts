import { STSClient } from '@aws-sdk/client-sts';
import { stsEndpoint } from '../../../src/sts/endpoint.js';

const REGIONS = [
  ...['us-east-1', 'us-west-2', 'ca-west-1', 'eu-central-1', 'eu-south-2', 'ap-south-1', 'mx-central-1'],
  ...['cn-north-1', 'cn-northwest-1', 'us-gov-west-1', 'us-gov-east-1', 'eusc-de-east-1'],
  ...['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1', 'mars-north-1'],
];

describe("STS's endpoint", () => {
  const client = new STSClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const switches = [false, true].flatMap((fips) => [false, true].map((dualstack) => ({ fips, dualstack })));

  it.each(REGIONS.flatMap((region) => switches.map((both) => ({ region, ...both }))))(
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
    expect(stsEndpoint({ region: 'us-east-1', endpoint, useFips: true, useDualstack: true })).toBe(endpoint);
  });
});
