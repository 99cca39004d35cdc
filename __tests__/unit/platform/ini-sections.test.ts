import fc from 'fast-check';
import {
  appendSection,
  findSections,
  formatSection,
  newlineOf,
  removeSection,
  replaceSection,
  separatorAfter,
  settingLines,
} from '../../../src/platform/ini-sections.js';
import { anyText } from '../../support/texts.js';
import { runs } from '../../support/volume.js';

const OURS = new Map([
  ['aws_access_key_id', 'ASIAEXAMPLE'],
  ['region', 'us-east-1'],
]);

/** The only section of that name. */
function only(text: string, name: string) {
  const [section, ...others] = findSections(text, name);
  if (section === undefined || others.length > 0) throw new Error(`${others.length} others`);
  return section;
}

function insert(text: string, name = 'ci') {
  const separator = separatorAfter(text);
  return { separator, text: appendSection(text, formatSection(name, OURS, newlineOf(text)), separator) };
}

/** Text such as people and programs leave in these files, and text that is none of that. */
const pieces = fc.oneof(
  fc.constantFrom(
    ...[
      '[default]',
      '[profile dev]',
      '[ profile   dev ]',
      '[profile "dev"]',
      '[x',
      ']',
      '[]',
      '[a]b',
      '  [in]',
    ],
    ...['region = eu-west-1', 'region=eu-west-1', ' key = 1', 's3 =', '  max_requests = 5', '\tx = y', '= 5'],
    ...['# comment', '; comment', '  # indented', '[ci2] # ci', '', ' ', '\t', '[CI]', '[sso-session ci]'],
    ...['\xef\xbb\xbf', '\xff\xfe', '\xe2\x80\xa8[ci]', '\x85[ci]', '\xa0', '\0', '\u2028[ci]'],
  ),
  anyText({ maxLength: 12 }).map((text) => Buffer.from(text, 'utf8').toString('latin1')),
);
const ends = fc.constantFrom('\n', '\n', '\r\n', '\r', '\n\n', '');
const files = fc
  .array(fc.tuple(pieces, ends), { maxLength: 25 })
  .map((lines) => lines.flat().join(''))
  .filter((text) => findSections(text, 'ci').length === 0);
/** Something that another program puts at the end of a file, on lines of its own. */
const additions = fc.constantFrom(
  '',
  '# note\n',
  '\n',
  '\n# on the next\n[added]\nk = v\n',
  '[added]\r\nk = v',
);

describe('a section put into a file and taken out again', () => {
  it('leaves any file as it was', () => {
    fc.assert(
      fc.property(files, (file) => {
        const { text, separator } = insert(file);
        expect(removeSection(text, only(text, 'ci'), separator)).toBe(file);
      }),
      { numRuns: runs(1_000) },
    );
  });

  it('leaves what others have put behind it meanwhile', () => {
    fc.assert(
      fc.property(files, additions, (file, added) => {
        const { text, separator } = insert(file);
        const rest = removeSection(text + added, only(text + added, 'ci'), separator);
        expect(rest).toBe(added === '' ? file : file + separator + added);
      }),
      { numRuns: runs(500) },
    );
  });

  it('stands in the file as it was written, whatever is before it', () => {
    fc.assert(
      fc.property(files, (file) => {
        expect(only(insert(file).text, 'ci').text).toBe(formatSection('ci', OURS, newlineOf(file)));
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('a section replaced and put back', () => {
  const settings = fc.array(
    fc.constantFrom('a = 1', 's3 =', '  nested = 2', '# comment', '', 'aws_secret_access_key = x/y+z', '; c'),
    { maxLength: 6 },
  );
  const sections = fc
    .tuple(
      fc.constantFrom('[ci]', '[ ci ]', '[ci] # mine', '[\tci]'),
      settings,
      fc.constantFrom('\n', '\r\n'),
    )
    .map(([header, lines, newline]) => [header, ...lines, ''].join(newline));
  const after = files.map((text) => `[next]\n${text}`);

  it('is back byte for byte, in any file', () => {
    fc.assert(
      fc.property(
        files,
        sections,
        fc.oneof(fc.constant(''), after),
        fc.boolean(),
        (head, old, tail, isCut) => {
          const before = head + separatorAfter(head) + (tail === '' && isCut ? old.trimEnd() : old) + tail;
          const place = only(before, 'ci');
          const during = replaceSection(before, place, formatSection('ci', OURS, newlineOf(before)));
          expect(replaceSection(during, only(during, 'ci'), place.text)).toBe(before);
        },
      ),
      { numRuns: runs(1_000) },
    );
  });

  it('is back on lines of its own where others have added to the file', () => {
    const before = '[ci]\nregion = x';
    const during = `${replaceSection(before, only(before, 'ci'), formatSection('ci', OURS, '\n'))}[added]\nk = v\n`;
    expect(replaceSection(during, only(during, 'ci'), before)).toBe('[ci]\nregion = x\n[added]\nk = v\n');
  });
});

describe('a header', () => {
  it.each([
    ['[profile ci]', 'profile ci'],
    ['[profile   ci]', 'profile ci'],
    ['[\tprofile ci ]', 'profile ci'],
    ['[profile "ci"]', 'profile ci'],
    ["[profile 'ci'] ; comment", 'profile ci'],
    ['  [profile ci]', 'profile ci'],
    ['[profile default]', 'default'],
    ['\xef\xbb\xbf[ci]', 'ci'],
    ['[caf\xc3\xa9]', 'café'],
    ['[\xc3\xa0]', 'à'],
  ])('%j is that of the section %j', (line, name) => {
    expect(findSections(`${line}\nregion = x\n`, name)).toHaveLength(1);
  });

  it.each(['# [ci]', '; [ci]', 'a = [ci]', '[ci', '[CI]', 'a =\n  [ci]\n', '\xe2\x80\xa8[ci]'])(
    'is not what %j begins',
    (line) => {
      expect(findSections(`${line}\nregion = x\n`, 'ci')).toEqual([]);
    },
  );

  it('of a section that stands twice is found twice', () => {
    expect(findSections('[ci]\na = 1\n[x]\n[ci]\nb = 2\n', 'ci').map(({ text }) => text)).toEqual([
      '[ci]\na = 1\n',
      '[ci]\nb = 2\n',
    ]);
  });
});

describe('a section', () => {
  it('ends with its last setting, so that comments on the next section stay with that', () => {
    const text = '[ci]\ns3 =\n  a = 1\n# inside\nb = 2\n\n# about x\n[x]\n';
    expect(only(text, 'ci').text).toBe('[ci]\ns3 =\n  a = 1\n# inside\nb = 2\n');
  });

  it('is written with the line ends of its file', () => {
    expect(insert('[x]\r\na = 1').text).toBe(
      '[x]\r\na = 1\r\n[ci]\r\naws_access_key_id = ASIAEXAMPLE\r\nregion = us-east-1\r\n',
    );
  });

  it.each(['a\nb', 'a\rb', 'a\0b', 'a\u2028b'])('takes no value that leaves its line (%j)', (value) => {
    expect(() => formatSection('ci', new Map([['key', value]]), '\n')).toThrow(RangeError);
  });
});

describe("a file from AWS's documentation, with nested settings", () => {
  // https://docs.aws.amazon.com/cli/latest/topic/config-vars.html shows a profile with nested values like this one.
  const FILE =
    '[profile testing]\naws_access_key_id = foo\naws_secret_access_key = bar\nregion = us-west-2\ns3 =\n  max_concurrent_requests = 10\n  max_queue_size = 1000\n';

  it('gets a section at its end, and is itself again after it', () => {
    const { text, separator } = insert(FILE, 'profile ci');
    expect(text).toBe(`${FILE}[profile ci]\naws_access_key_id = ASIAEXAMPLE\nregion = us-east-1\n`);
    expect(removeSection(text, only(text, 'profile ci'), separator)).toBe(FILE);
  });
});

describe('a file of a megabyte', () => {
  it.each([
    ['blanks in a header', `[ci]\n[ci${' '.repeat(1_000_000)}x]\na = 1\n`, [0]],
    ['blanks in a setting', `[ci]\na = 1${' \t'.repeat(500_000)}x\n`, [1]],
    ['blanks alone', `[ci]\na = 1\n${' '.repeat(1_000_000)}`, [1]],
    ['headers', `${'[other]\n'.repeat(140_000)}[ci]\n`, [0]],
    ['open brackets', `[ci]\n${'['.repeat(1_000_000)}`, [1]],
    ['carriage returns', `[ci]${'\r'.repeat(1_000_000)}`, [0]],
    ['quotes in a header', `[profile ${'"'.repeat(1_000_000)}]\n[ci]\n`, [0]],
    ['settings', `[ci]\n${'a = 1\n'.repeat(160_000)}`, [160_000]],
  ])('of %s is read in time that grows with its length alone', (_, text, settings) => {
    expect(findSections(text, 'ci').map((section) => settingLines(section.text).length)).toEqual(settings);
  });
});
