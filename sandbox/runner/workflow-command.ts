/** One command that a step gave the runner on its standard output or standard error. */
export interface WorkflowCommand {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

type Escapes = readonly (readonly [escaped: string, plain: string])[];

// `%25` is undone last, so that `%250A` stays the text "%0A" and does not become a line break.
const DATA_ESCAPES: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
];
const PROPERTY_ESCAPES: Escapes = [['%3A', ':'], ['%2C', ','], ...DATA_ESCAPES];
const LEGACY_ESCAPES: Escapes = [['%3B', ';'], ['%5D', ']'], ...DATA_ESCAPES];

/**
 * Reads a line as the runner does: `::name key=value,…::data` at the start of the line, or else the older
 * `##[name key=value;…]data` anywhere in it.
 *
 * @param known whether a name is a command now; a line with an unknown name is ordinary output.
 */
export function parseWorkflowCommand(
  line: string,
  known: (name: string) => boolean,
): WorkflowCommand | undefined {
  return parseCurrent(line.trimStart(), known) ?? parseLegacy(line, known);
}

function parseCurrent(line: string, known: (name: string) => boolean): WorkflowCommand | undefined {
  if (!line.startsWith('::')) return undefined;
  const end = line.indexOf('::', 2);
  if (end < 0) return undefined;
  return build(line.slice(2, end), line.slice(end + 2), known, ',', PROPERTY_ESCAPES, DATA_ESCAPES);
}

function parseLegacy(line: string, known: (name: string) => boolean): WorkflowCommand | undefined {
  const start = line.indexOf('##[');
  const end = line.indexOf(']', start);
  if (start < 0 || end < 0) return undefined;
  return build(line.slice(start + 3, end), line.slice(end + 1), known, ';', LEGACY_ESCAPES, LEGACY_ESCAPES);
}

function build(
  head: string,
  data: string,
  known: (name: string) => boolean,
  separator: string,
  propertyEscapes: Escapes,
  dataEscapes: Escapes,
): WorkflowCommand | undefined {
  const space = head.indexOf(' ');
  const name = (space < 0 ? head : head.slice(0, space)).toLowerCase();
  if (!known(name)) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of space < 0
    ? []
    : head
        .slice(space + 1)
        .trim()
        .split(separator)) {
    const equals = pair.indexOf('=');
    const [key, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    if (equals > 0 && value !== '') properties[key] = undoEscapes(value, propertyEscapes);
  }
  return { command: name, properties, data: undoEscapes(data, dataEscapes) };
}

function undoEscapes(text: string, escapes: Escapes): string {
  return escapes.reduce((result, [escaped, plain]) => result.replaceAll(escaped, plain), text);
}
