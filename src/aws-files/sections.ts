/*
 * Sections of AWS's shared files, edited in place. Every byte outside the edited section stays as it was, so this
 * works on the text and knows only what a section header is (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
 */

/** Where a section stands: from its header line to the end of its last setting. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** A header line: `[name]` at its start (an indented one belongs to the setting above), blanks and a comment allowed. */
const HEADER = /^\[([^\]\r\n]*)\][^\r\n]*$/gm;

/** The text of the section with its header, exactly as it stands in `text`; undefined when there is none. */
export function findSection(text: string, name: string): string | undefined {
  const span = spanOf(text, name);
  return span && text.slice(span.start, span.end);
}

/**
 * `text` with the section set to `section` (header line, settings, final newline), in place where it existed and at
 * the end where it did not.
 */
export function putSection(text: string, name: string, section: string): string {
  const span = spanOf(text, name);
  if (span) return text.slice(0, span.start) + section + text.slice(span.end);
  return text + separatorAfter(text) + section;
}

/** What must stand between `text` and a section put at its end: a newline, where it does not end with one. */
export function separatorAfter(text: string): string {
  return text === '' || text.endsWith('\n') ? '' : newlineOf(text);
}

/**
 * `text` without the section, and without the `separator` that was put before it; unchanged when there is none.
 * For any text in which the section does not stand, this undoes {@link putSection}.
 */
export function removeSection(text: string, name: string, separator: string): string {
  const span = spanOf(text, name);
  if (!span) return text;
  const rest = text.slice(span.end);
  const before = text.slice(0, span.start);
  // What others added behind our section still needs the newline before it.
  const head =
    rest === '' && before.endsWith(separator) ? before.slice(0, before.length - separator.length) : before;
  return head + rest;
}

/** A section's text: header and `key = value` lines, in the line ends of the text it will stand in. */
export function formatSection(name: string, settings: ReadonlyMap<string, string>, newline: string): string {
  const lines = [`[${name}]`, ...[...settings].map(([key, value]) => `${key} = ${value}`), ''];
  return lines.join(newline);
}

/** The line ends a text uses: CRLF when its first line has it. */
export function newlineOf(text: string): string {
  return /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
}

function spanOf(text: string, name: string): Span | undefined {
  let start: number | undefined;
  for (const header of text.matchAll(HEADER)) {
    if (start !== undefined) return { start, end: endOfSettings(text, start, header.index) };
    // `[profile   dev]` and `[ profile dev ]` are the section `profile dev`.
    if ((header[1] ?? '').trim().replace(/[ \t]+/g, ' ') === name) start = header.index;
  }
  return start === undefined ? undefined : { start, end: endOfSettings(text, start, text.length) };
}

/** Blank lines and comments behind the last setting are about what follows, and are not the section's. */
function endOfSettings(text: string, start: number, end: number): number {
  let position = start;
  let settled = start;
  for (const line of text.slice(start, end).split(/(?<=\n)/)) {
    position += line.length;
    if (!/^\s*(?:[#;]|$)/.test(line)) settled = position;
  }
  return settled;
}
