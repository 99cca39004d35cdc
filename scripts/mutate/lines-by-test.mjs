// A jest reporter: writes which lines of which files each test file ran, to the file MUTATE_LINES names, as
// { TEST: { FILE: [LINE…] } } with absolute paths. jest hands over what V8 counted for each test file.
import { readFileSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

export default class LinesByTest {
  #lines = {};
  #tokens = new Map();
  #wanted = new Set(JSON.parse(process.env.MUTATE_FILES));

  onTestResult({ path }, { v8Coverage = [] }) {
    this.#lines[path] = {};
    for (const { codeTransformResult, result } of v8Coverage) {
      if (codeTransformResult && this.#wanted.has(result.url)) {
        this.#lines[path][result.url] = [...this.#linesRun(codeTransformResult, result)];
      }
    }
  }

  onRunComplete() {
    writeFileSync(process.env.MUTATE_LINES, JSON.stringify(this.#lines));
  }

  #linesRun(transform, { url, functions }) {
    const ran = new Uint8Array(transform.code.length);
    // Outer functions and ranges come before those in them.
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
      }
    }
    if (!this.#tokens.has(url)) this.#tokens.set(url, tokensOf(transform));
    return new Set(this.#tokens.get(url).flatMap(({ offset, line }) => (ran[offset] ? [line] : [])));
  }
}

/** Where the tokens of the transformed code begin, and the line of the source that each comes from. */
function tokensOf({ code, sourceMapPath }) {
  const map = new SourceMap(JSON.parse(readFileSync(sourceMapPath, 'utf8')));
  const tokens = [];
  let offset = 0;
  code.split('\n').forEach((text, number) => {
    for (const { index } of text.matchAll(/\w+|[^\w\s]/g)) {
      const { originalLine } = map.findEntry(number, index);
      if (originalLine !== undefined) tokens.push({ offset: offset + index, line: originalLine + 1 });
    }
    offset += text.length + 1;
  });
  return tokens;
}
