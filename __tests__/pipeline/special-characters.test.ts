import { sharedCloud } from '../support/cloud.js';
import { LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';
import { assumedAnswer } from '../support/sts-answers.js';

const sandbox = sharedCloud();
const inputs = { 'role-to-assume': LONG, 'special-characters-workaround': 'true' };
const answerWith = (secretAccessKey: string, times = 1): void =>
  sandbox.cloud.fault('sts', { kind: 'answer', body: assumedAnswer({ secretAccessKey }), times });

describe('special-characters-workaround', () => {
  it.each(['slash/key', 'plus+key', 'any-other=sign'])('asks again where a key is %s', async (key) => {
    answerWith(key);
    answerWith('another/one');
    answerWith('plainKey0123');
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toHaveLength(4);
    expect(outcome.entries('env')).toMatchObject({ AWS_SECRET_ACCESS_KEY: 'plainKey0123' });
  });

  it('hides the keys that were not taken as well', async () => {
    answerWith('not/taken');
    answerWith('plainKey0123');
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    const masks = outcome.commands().flatMap(({ command, data }) => (command === 'add-mask' ? [data] : []));
    expect(masks).toEqual(expect.arrayContaining(['not/taken', 'plainKey0123']));
  });

  it('gives up after 50 keys, and leaves everything as it was', async () => {
    answerWith('never/plain', Number.POSITIVE_INFINITY);
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(outcome.error?.code).toBe('SPECIAL_CHARACTERS');
    expect(actionsOf(outcome)).toHaveLength(51);
    expect(outcome.files()).toEqual({ env: '', output: '', state: '' });
  });

  it('is off unless asked for', async () => {
    answerWith('slash/key');
    const outcome = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud });
    expect(outcome.entries('env')).toMatchObject({ AWS_SECRET_ACCESS_KEY: 'slash/key' });
  });
});
