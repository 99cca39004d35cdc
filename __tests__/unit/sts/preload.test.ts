import { preloadSts } from '../../../src/sts/connect.js';

describe('what is done while GitHub mints the token', () => {
  it('asks whether to rehearse only when the network has been looked at', async () => {
    const events: string[] = [];
    const done = preloadSts(false, () => events.push('asked') > 0);
    const rounds = async (): Promise<void> => {
      // One in the round that loading ends in, one in the next, which begins with a look at the network.
      for (let round = 0; round < 2; round++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (events.length === 0) events.push('looked');
      }
    };
    await Promise.all([rounds(), done]);
    expect(events).toEqual(['looked', 'asked']);
  });

  it.each([true, false])(
    'never fails, nor holds up what comes after it (signed calls: %s)',
    async (signs) => {
      await expect(preloadSts(signs, () => false)).resolves.toBeUndefined();
    },
  );
});
