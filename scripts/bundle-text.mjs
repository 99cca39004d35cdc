// What is done to the text of a bundle's files.
import { minify, parse } from '@swc/core';

/**
 * Without comments and white space, and as the options say; a third to a half is left to read and to compile. Each
 * module's function is put in parentheses, which V8 takes as a sign that it will be called: it compiles it at once,
 * instead of looking for its end first and compiling it a moment later.
 */
export async function smaller(source, how) {
  const { code } = await minify(source, {
    ...how,
    module: false,
    ecma: 2022,
    format: { comments: false, ascii_only: true },
  });
  return `${await inParentheses(code)}\n`;
}

async function inParentheses(code) {
  const script = await parse(code, { syntax: 'ecmascript', target: 'es2022', script: true, isModule: false });
  const cuts = modulesIn(script).flatMap(({ start, end }) => [
    [start, '('],
    [end, ')'],
  ]);
  // Positions are bytes, counted from where the script begins.
  const bytes = Buffer.from(code);
  const { start: base } = script.span;
  let done = 0;
  const parts = cuts
    .sort(([one], [other]) => one - other)
    .map(([position, sign]) => {
      const part = bytes.toString('utf8', done, position - base) + sign;
      done = position - base;
      return part;
    });
  return parts.join('') + bytes.toString('utf8', done);
}

/** Where the modules are: functions by number, `{ 4118: (module, exports, require) => { … } }`. */
function modulesIn(node) {
  if (typeof node !== 'object' || node === null) return [];
  const isModule =
    node.type === 'KeyValueProperty' &&
    node.key.type === 'NumericLiteral' &&
    /^(Arrow)?FunctionExpression$/.test(node.value.type);
  return isModule ? [node.value.span] : Object.values(node).flatMap(modulesIn);
}

/** The text with one change; fails where it does not have what is to be changed exactly once. */
export function replaceOnce(text, [from, to]) {
  return splitOnce(text, from).join(to);
}

export function splitOnce(text, separator) {
  const parts = text.split(separator);
  if (parts.length !== 2)
    throw new Error(`The build expects this once, and found it ${parts.length - 1} times: ${separator}`);
  return parts;
}
