import { INPUT_FALLBACKS, readInputs } from '../../src/inputs.js';
import { SAMPLES } from '../support/input-samples.js';
import { inputVariables, recordedRunner } from '../support/recorded-runner.js';

const SECRET = [
  'aws-access-key-id',
  'aws-secret-access-key',
  'aws-session-token',
  'http-proxy',
  'saml-assertion',
  'mfa-token-code',
];
const KEYS = { 'aws-access-key-id': 'AKIA', 'aws-secret-access-key': 'secret' };
/** Inputs that are refused without each other. */
const PAIRED: readonly Readonly<Record<string, string>>[] = [
  { 'saml-assertion': 'PHNhbWw+', 'saml-provider-arn': 'arn:aws:iam::111122223333:saml-provider/idp' },
  { 'mfa-serial-number': 'arn:aws:iam::111122223333:mfa/user', 'mfa-token-code': '012345' },
];

/** Reads one input, with what the others need to be complete. */
async function read(input: string, value: string, variable?: string) {
  const needed = {
    'aws-region': 'us-east-1',
    ...(input.startsWith('aws-') && !/region|profile/.test(input) ? KEYS : {}),
    ...PAIRED.find((pair) => input in pair),
  };
  const given = variable === undefined ? { ...needed, [input]: value } : { ...needed, [input]: '' };
  const recorded = recordedRunner({ ...inputVariables(given), ...(variable && { [variable]: value }) });
  const inputs: Readonly<Record<string, unknown>> = await readInputs(recorded.runner);
  return { recorded, value: inputs[input] };
}

const all = Object.entries(SAMPLES);
const taken = all.flatMap(([input, sample]) =>
  sample.taken.map(([raw, value]) => [input, raw, value] as const),
);
const refused = all.flatMap(([input, sample]) => sample.refused.map((raw) => [input, raw] as const));
const stoodIn = all.flatMap(([input, sample]) =>
  (INPUT_FALLBACKS.get(input) ?? []).map((variable) => [input, variable, sample] as const),
);

describe('an input', () => {
  it.each(taken)('%s, given as %j, is %j', async (input, raw, value) => {
    expect((await read(input, raw)).value).toEqual(value);
  });

  it.each(refused)('%s may not be %j: the error names it and what is allowed', async (input, raw) => {
    const shown = SECRET.includes(input) ? 'this value \\(not shown\\)' : '".*"';
    await expect(read(input, raw)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(new RegExp(`${input}: got ${shown}; allowed: .+\\.`)),
    });
  });

  it.each(stoodIn)(
    '%s may come from the variable %s, which an error names',
    async (input, variable, sample) => {
      const [raw = '', value] = sample.taken[0] ?? [];
      expect((await read(input, raw, variable)).value).toEqual(value);
      const [wrong] = sample.refused;
      if (wrong === undefined) return;
      await expect(read(input, wrong, variable)).rejects.toMatchObject({
        message: expect.stringContaining(`${input} (from the variable ${variable}): got `),
      });
    },
  );

  it.each(
    all
      .map(([input]) => input)
      .filter((input) => input !== 'aws-region' && ![KEYS, ...PAIRED].some((needed) => input in needed)),
  )('%s is not set where it is blank', async (input) => {
    expect((await read(input, '  ')).value).toBeUndefined();
  });
});

describe('inputs', () => {
  it('all have their samples here', () => {
    expect([...INPUT_FALLBACKS.keys()].filter((input) => !(input in SAMPLES))).toEqual([]);
  });

  it('win over the variables that stand in for them', async () => {
    const env = {
      ...inputVariables({ 'aws-region': 'eu-west-1' }),
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-west-2',
    };
    expect(await readInputs(recordedRunner(env).runner)).toMatchObject({ 'aws-region': 'eu-west-1' });
    expect(await readInputs(recordedRunner({ ...env, 'INPUT_AWS-REGION': '' }).runner)).toMatchObject({
      'aws-region': 'us-east-1',
    });
  });

  it.each([
    [{ 'aws-region': '' }, 'aws-region: it is required. Set the input, or the variable AWS_REGION'],
    [{ 'aws-access-key-id': 'AKIA' }, 'aws-secret-access-key: it is required with aws-access-key-id'],
    [{ 'aws-secret-access-key': 'x' }, 'aws-access-key-id: it is required with aws-secret-access-key'],
  ])('%j lack something', async (given, why) => {
    const { runner } = recordedRunner(inputVariables({ 'aws-region': 'us-east-1', ...given }));
    await expect(readInputs(runner)).rejects.toMatchObject({ message: expect.stringContaining(why) });
  });

  it('that are secret are hidden before anything is said of them', async () => {
    const given = { ...KEYS, 'aws-session-token': 'session', 'http-proxy': 'http://fleet:horse@proxy:3128' };
    const { runner, commands } = recordedRunner(inputVariables({ 'aws-region': 'us-east-1', ...given }));
    await readInputs(runner);
    expect(commands().map(({ command, data }) => [command, data])).toEqual(
      ['AKIA', 'secret', 'session', 'horse'].map((secret) => ['add-mask', secret]),
    );
  });

  it('leave the endpoint variables alone where AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true', async () => {
    const env = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_REGION: 'us-east-1',
    };
    expect(await readInputs(recordedRunner(env).runner)).not.toHaveProperty('sts-endpoint');
  });
});
