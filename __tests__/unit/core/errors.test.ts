import { ActionError, invalidInputs } from '../../../src/core/errors.js';

const problems = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `item ${index + 1}: wrong.`);

describe('the problems of an error', () => {
  it('are all said as long as a step could have as many inputs', () => {
    expect(invalidInputs(problems(101)).problems).toEqual(problems(101));
  });

  it('are counted where a long list has the same mistake in every item, also once another error names it', () => {
    const many = new ActionError('ROLES_FILE_REFUSED', 'Refused:', { problems: problems(5000) });
    expect(many.problems).toEqual([...problems(100), 'And 4900 more.']);
    expect(many.message.endsWith('\n- item 100: wrong.\n- And 4900 more.')).toBe(true);
    expect(many.within('The step failed.').problems).toEqual(many.problems);
  });
});
