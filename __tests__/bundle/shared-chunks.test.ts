import { join } from 'node:path';
import { ACTION } from '../support/bundle.js';
import { filesBelow } from '../support/files.js';

// The sandbox has a bundle of its own, so that nothing that only it needs is in what other jobs load.
const files = Object.entries(filesBelow(join(ACTION, 'dist'))).filter(
  ([name]) => !name.startsWith('sandbox'),
);

describe('what more than one entry point uses', () => {
  it.each([
    ['the YAML parser', 'YAMLParseError'],
    ['Signature Version 4', 'AWS4-HMAC-SHA256'],
    ['the calls of STS', 'does not name the assumed role'],
    ['the explanation of a refusal', 'Write it as the token does'],
  ])('is in dist/ once: %s', (_, mark) => {
    expect(files.filter(([, text]) => text.includes(mark)).map(([name]) => name)).toHaveLength(1);
  });
});

it('no file of dist/ only loads another', () => {
  const links = files.filter(([, text]) => /^module\.exports ?= ?require\(/.test(text));
  expect(links).toEqual([]);
});
