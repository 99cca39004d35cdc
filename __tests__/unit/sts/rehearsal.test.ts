import { rehearse } from '../../../src/sts/rehearsal.js';

describe('the call that goes nowhere', () => {
  // A mistake in it would not be seen: whoever has it made lets it fail in silence.
  it('has its answer read as one of STS', async () => {
    await expect(rehearse()).resolves.toBeUndefined();
  });
});
