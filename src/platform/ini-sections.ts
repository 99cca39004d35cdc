/*
 * Sections of AWS's shared files, edited in place: every byte outside the edited section stays as it was. The text is
 * one character a byte (latin1), so that bytes that are not UTF-8 survive, too.
 *
 * What counts as a header is what botocore's parser and the JavaScript SDK's agree on, and where they do not, what
 * botocore's says (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
 */

/** A section where it stands: from its header line to its last setting. What follows may belong to the next one. */
export interface Section {
  readonly start: number;
  readonly end: number;
  /** Header line and settings, exactly as they stand. */
  readonly text: string;
}

const LINE = /[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g;
/** The bytes some editors put before UTF-8. The JavaScript SDK skips them. */
const BYTE_ORDER_MARK = '\xef\xbb\xbf';

/** Every section of that name, in order. A file should have one; the SDKs disagree about what a second one means. */
export function findSections(text: string, name: string): readonly Section[] {
  const wanted = toBytes(name);
  return allSections(text)
    .filter((section) => section.name === wanted)
    .map(({ start, end }) => ({ start, end, text: text.slice(start, end) }));
}

/** `text` with a section at its end; `separator` must be what {@link separatorAfter} says, or more. */
export function appendSection(text: string, section: string, separator: string): string {
  return text + separator + section;
}

/** What must stand between `text` and a section put at its end: a newline, where it does not end with one. */
export function separatorAfter(text: string): string {
  return text === '' || text === BYTE_ORDER_MARK || /[\r\n]$/.test(text) ? '' : newlineOf(text);
}

/** `text` with another section in the place of this one. */
export function replaceSection(text: string, { start, end }: Section, by: string): string {
  const rest = text.slice(end);
  // A section that was the last line of the file may have no newline, and something may follow it by now.
  return text.slice(0, start) + by + (rest === '' ? '' : separatorAfter(by)) + rest;
}

/**
 * `text` without the section, and without the `separator` that was put before it, unless others have added to the
 * end of the file since and need it. Undoes {@link appendSection} for any text.
 */
export function removeSection(text: string, { start, end }: Section, separator: string): string {
  const before = text.slice(0, start);
  const rest = text.slice(end);
  const isLast = rest === '' && before.endsWith(separator);
  return (isLast ? before.slice(0, before.length - separator.length) : before) + rest;
}

/**
 * A section's text: header and `key = value` lines, in the line ends of the text it will stand in.
 * @throws RangeError for a value that would not stay on its line
 */
export function formatSection(name: string, settings: ReadonlyMap<string, string>, newline: string): string {
  for (const [key, value] of settings) {
    if (/[\p{Cc}\u2028\u2029]/u.test(value)) throw new RangeError(`A value for ${key} with a line break.`);
  }
  const lines = [`[${name}]`, ...[...settings].map(([key, value]) => `${key} = ${value}`), ''];
  return toBytes(lines.join(newline));
}

/** The line ends a text uses: CRLF when its first line has it. */
export function newlineOf(text: string): string {
  return /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
}

/** The lines of a section that set something, without the blanks around them. */
export function settingLines(section: string): readonly string[] {
  const [, ...lines] = section.split(/\r\n|\r|\n/);
  return lines.map(trimBlanks).filter((line) => /^[^#;]/.test(line));
}

function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function allSections(text: string): readonly { name: string; start: number; end: number }[] {
  const sections: { name: string; start: number; end: number }[] = [];
  // How far the last setting is indented: a line further in continues it, whatever it looks like.
  let settingIndent: number | undefined;
  const lines = new RegExp(LINE);
  lines.lastIndex = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  for (const { 0: line, index: start } of text.matchAll(lines)) {
    const [, blanks = '', first = ''] = /^([ \t]*)([^\r\n]?)/.exec(line) ?? [];
    if (first === '' || first === '#' || first === ';') continue;
    const end = start + line.length;
    const continues = settingIndent !== undefined && blanks.length > settingIndent;
    const header = continues ? undefined : /^[ \t]*\[([^\]\r\n]*)\]/.exec(line)?.[1];
    const current = sections.at(-1);
    if (header !== undefined) sections.push({ name: nameIn(header), start, end });
    else if (current !== undefined) current.end = end;
    if (header !== undefined) settingIndent = undefined;
    else if (!continues) settingIndent = blanks.length;
  }
  return sections;
}

/** `[profile   dev]`, `[ profile dev ]` and `[profile "dev"]` are the same; so are `[profile default]` and `[default]`. */
function nameIn(header: string): string {
  const name = trimBlanks(header).replace(/[ \t]+/g, ' ');
  const plain = name.replace(/^profile (["'])(.*)\1$/, 'profile $2');
  return plain === 'profile default' ? 'default' : plain;
}

/** A loop, since a regular expression starts anew at each blank of a long run that is not the last. */
function trimBlanks(line: string): string {
  let start = 0;
  let end = line.length;
  while (start < end && isBlank(line[start])) start++;
  while (end > start && isBlank(line[end - 1])) end--;
  return line.slice(start, end);
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}
