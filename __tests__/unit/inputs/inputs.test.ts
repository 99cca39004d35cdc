import { INPUT_FALLBACKS, inputTexts, readInputs } from '../../../src/inputs/inputs.js';
import { unknownInputs } from '../../../src/inputs/unknown-inputs.js';
import { SAMPLES } from '../../support/input-samples.js';
import { inputVariables, recordedRunner } from '../../support/recorded-runner.js';

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

  it.each([
    ['http://fleet:b%40ttery%2Fhorse@proxy:3128', ['b%40ttery%2Fhorse', 'b@ttery/horse']],
    ['http://fleet:100%horse@proxy:3128', ['100%horse']],
    ['http://t%3Dken@proxy:3128', ['t%3Dken', 't=ken']],
    ['proxy:3128', []],
  ])('hide the secret of the proxy %s as it is written and as it is sent', async (proxy, secrets) => {
    const { runner, commands } = recordedRunner(
      inputVariables({ 'aws-region': 'us-east-1', 'http-proxy': proxy }),
    );
    await readInputs(runner).catch(() => undefined);
    expect(commands().map(({ data }) => data)).toEqual(secrets);
  });

  it.each(['aws-access-key-id', 'aws-secret-access-key', 'aws-session-token'])(
    'name the place of a character in %s that nobody can see, and not the secret',
    async (input) => {
      const given = { ...KEYS, 'aws-region': 'us-east-1', [input]: 'hunter2\u200bhunter2' };
      await expect(readInputs(recordedRunner(inputVariables(given)).runner)).rejects.toMatchObject({
        message: `${input}: got this value (not shown); allowed: visible ASCII characters without blanks (character 8 is U+200B).`,
      });
    },
  );

  it('that hold a temporary access key need its session token, unless another server is asked', async () => {
    const given = { ...KEYS, 'aws-access-key-id': 'ASIAIOSFODNN7EXAMPLE', 'aws-region': 'us-east-1' };
    const read = (more: Record<string, string>) =>
      readInputs(recordedRunner(inputVariables({ ...given, ...more })).runner);
    await expect(read({})).rejects.toMatchObject({
      message: expect.stringMatching(/^aws-session-token: it is required with a temporary access key id/),
    });
    expect(await read({ 'aws-session-token': 'x' })).toMatchObject({ 'aws-session-token': 'x' });
    expect(await read({ 'sts-endpoint': 'http://127.0.0.1:9' })).not.toHaveProperty('aws-session-token');
  });

  it('may name any Region where another server is asked', async () => {
    const given = { 'aws-region': 'garage', 'sts-endpoint': 'http://127.0.0.1:9' };
    expect(await readInputs(recordedRunner(inputVariables(given)).runner)).toMatchObject({
      'aws-region': 'garage',
    });
  });

  it.each([
    ['us-esat-1', 'us-east-1'],
    ['US-EAST-1', 'us-east-1'],
    ['us_west_2', 'us-west-2'],
    ['eu-central1', 'eu-central-1'],
    ['eu-west-2a', 'eu-west-2'],
    ['ap-southest-2', 'ap-southeast-2'],
    ['us-gov-wset-1', 'us-gov-west-1'],
    ['"eu-north-1"', 'eu-north-1'],
  ])('that name the Region %s are told of %s', async (region, meant) => {
    const { runner } = recordedRunner(inputVariables({ 'aws-region': region }));
    await expect(readInputs(runner)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(new RegExp(`^aws-region: got .+ ${meant}[.?]$`)),
    });
  });

  it('that name no Region at all, in a variable, are told what one is', async () => {
    const { runner } = recordedRunner({ AWS_REGION: 'frankfurt-on-the-main' });
    await expect(readInputs(runner)).rejects.toMatchObject({
      message:
        'aws-region (from the variable AWS_REGION): got "frankfurt-on-the-main"; allowed: the name of a Region, such as us-east-1.',
    });
  });

  it('leave the endpoint variables alone where AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true', async () => {
    const env = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_REGION: 'us-east-1',
    };
    expect(await readInputs(recordedRunner(env).runner)).not.toHaveProperty('sts-endpoint');
  });

  it('come from no variable with translate-env-variables: false', async () => {
    const variables = [...INPUT_FALLBACKS.values()].flat();
    const planted = Object.fromEntries(variables.map((variable) => [variable, 'planted']));
    const own = { 'aws-region': 'us-east-1', 'translate-env-variables': 'false' };
    const { runner, log } = recordedRunner({ ...planted, ...inputVariables(own) });
    expect(await readInputs(runner)).toEqual({ 'aws-region': 'us-east-1', 'translate-env-variables': false });
    expect(inputTexts(runner)).toEqual(own);
    expect(log()).toEqual([]);
    const without = recordedRunner({ ...planted, ...inputVariables({ ...own, 'aws-region': '' }) });
    await expect(readInputs(without.runner)).rejects.toMatchObject({
      message: expect.stringMatching(/^aws-region: it is required/),
    });
  });

  it('that come from variables are named in the log, with the variable and without the value', async () => {
    const env = {
      ...inputVariables({ 'aws-region': '' }),
      AWS_REGION: 'us-east-1',
      ROLE_TO_ASSUME: 'planted',
    };
    const { runner, log } = recordedRunner(env);
    await readInputs(runner);
    expect(log()).toEqual([
      'Inputs taken from variables: aws-region (AWS_REGION) and role-to-assume (ROLE_TO_ASSUME).',
    ]);
    const failing = recordedRunner({ ...env, 'INPUT_ROLE-DURATION-SECONDS': 'x' });
    await expect(readInputs(failing.runner)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(failing.log()).toEqual(log());
  });
});

describe('an input that does not exist', () => {
  const meantBy = (given: string) => unknownInputs({ [`INPUT_${given.toUpperCase()}`]: 'x' })[0]?.meant;

  it.each([
    ['role_to_assume', 'role-to-assume'],
    ['role-to-asume', 'role-to-assume'],
    ['roletoassume', 'role-to-assume'],
    ['session-token', 'aws-session-token'],
    ['role-arn', 'role-to-assume'],
    ['aws-role-to-assume', 'role-to-assume'],
    ['region', 'aws-region'],
    ['aws_region', 'aws-region'],
    ['profile', 'aws-profile'],
    ['external-id', 'role-external-id'],
    ['session-name', 'role-session-name'],
    ['role-duration-second', 'role-duration-seconds'],
    ['output-credential', 'output-credentials'],
    ['allowed-account-id', 'allowed-account-ids'],
    ['mask-aws-account-ids', 'mask-aws-account-id'],
    ['aws-role', 'role-to-assume'],
    ['aws-role-arn', 'role-to-assume'],
    ['iam-role', 'role-to-assume'],
    ['assume-role', 'role-to-assume'],
    ['assume-role-arn', 'role-to-assume'],
    ['access-key', 'aws-access-key-id'],
    ['secret-key', 'aws-secret-access-key'],
    ['aws-access-key', 'aws-access-key-id'],
    ['aws-secret-key', 'aws-secret-access-key'],
    ['role-duration', 'role-duration-seconds'],
    ['session-duration', 'role-duration-seconds'],
    ['session-tags', 'custom-tags'],
    ['tags', 'custom-tags'],
    ['session-policy', 'inline-session-policy'],
    ['policy-arns', 'managed-session-policies'],
    ['account-id', 'allowed-account-ids'],
    ['token', undefined],
    ['node-version', undefined],
    ['role-to-assume', undefined],
    ['x'.repeat(100_000), undefined],
  ])('%s: the one that is meant is %s', (given, meant) => {
    expect(meantBy(given)).toBe(meant);
  });

  it('is none where it is empty', () => {
    expect(unknownInputs({ 'INPUT_ROLE-TO-ASUME': ' ' })).toEqual([]);
  });

  it.each(['allowed-account-id', 'allowed_refs', 'allowed-enviroments', 'inline_session_policy'])(
    '%s is refused, since what it narrows would be wide open',
    async (name) => {
      const { runner } = recordedRunner(inputVariables({ 'aws-region': 'us-east-1', [name]: 'x' }));
      await expect(readInputs(runner)).rejects.toMatchObject({
        message: expect.stringContaining(`${name}: there is no such input; did you mean `),
      });
    },
  );

  it('is let be where the right one is given as well', async () => {
    const given = {
      'aws-region': 'us-east-1',
      'allowed-account-id': 'x',
      'allowed-account-ids': '111122223333',
    };
    const inputs = await readInputs(recordedRunner(inputVariables(given)).runner);
    expect(inputs['allowed-account-ids']).toEqual(['111122223333']);
  });
});
