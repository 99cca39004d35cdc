/**
 * A pattern with classes of Unicode, such as `\p{L}`, made when it is first asked for. A literal would cost every run up
 * to a millisecond: V8 builds the classes when it reads the file, and again when it comes to the line.
 */
export function unicodePattern(source: string, flags = ''): () => RegExp {
  let pattern: RegExp | undefined;
  return () => {
    pattern ??= new RegExp(source, `${flags}u`);
    return pattern;
  };
}
