import {
  actorName,
  claimName,
  commitId,
  id,
  type Language,
  ownerName,
  propertyName,
  refName,
  repositoryName,
  segmentText,
  workflowFile,
} from '../../../../src/trust/reach/language.js';

/** Every text of up to so many of these letters. */
function texts(letters: string, length: number): readonly string[] {
  if (length === 0) return [''];
  const shorter = texts(letters, length - 1);
  const longest = shorter.filter((one) => one.length === length - 1);
  return [...shorter, ...longest.flatMap((one) => Array.from(letters, (letter) => one + letter))];
}

function takes({ start, next, end }: Language, text: string): boolean {
  let state: number | undefined = start;
  for (const letter of text) state = state === undefined ? undefined : next(state, letter);
  return state !== undefined && end(state) !== undefined;
}

// https://git-scm.com/docs/git-check-ref-format, but for .lock
const REF = /^(?!.*(\.\.|@\{|\/\/|\/\.|\.\/))[^\s~^:?*[\\/.]([^\s~^:?*[\\]*[^\s~^:?*[\\/.])?$/;

it.each<[string, Language, RegExp, string, number]>([
  ['a login', ownerName, /^[A-Za-z0-9][\w-]*$/, 'a0-_./é', 4],
  ["a repository's name", repositoryName, /^(?!\.\.?$)[\w.-]+$/, 'aZ.-_/:', 4],
  ["an actor's name", actorName, /^[\w[\]-]+$/, 'a0-_[]./', 3],
  ["a claim's name", claimName, /^[a-z0-9_]+$/, 'a0_A-:', 3],
  ["a property's name", propertyName, /^[\w$#-]+$/, 'aA0_-$#:.', 3],
  ['an id', id, /^[1-9]\d*$/, '019a', 4],
  ['a segment', segmentText, /^[^:]*$/, 'a /é:', 3],
  ['a ref', refName, REF, 'ax./@{:é', 5],
  ["a workflow's file", workflowFile, /^[^./][^/]*\.ya?ml$/, 'xyaml./', 6],
])('%s is whatever it may be, and nothing else', (_, language, pattern, letters, length) => {
  const wrong = texts(letters, length).filter((one) => takes(language, one) !== pattern.test(one));
  expect(wrong.slice(0, 9)).toEqual([]);
});

it.each<[string, Language, number, number]>([
  ['an id', id, 1, 15],
  ["a commit's id", commitId, 40, 40],
])('%s has from %3$s to %4$s digits', (_, language, shortest, longest) => {
  expect(takes(language, '1'.repeat(shortest - 1))).toBe(false);
  expect(takes(language, '1'.repeat(shortest))).toBe(true);
  expect(takes(language, '1'.repeat(longest))).toBe(true);
  expect(takes(language, '1'.repeat(longest + 1))).toBe(false);
});
