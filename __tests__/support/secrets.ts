import type { StepResult } from '../../sandbox/runner/job.js';

/** Shortest piece of a secret that counts as one. */
const PIECE = 12;

/** The longest pieces of `secret`, of at least 12 characters, that stand in `text`. */
export function visiblePieces(text: string, secret: string): readonly string[] {
  const pieces: string[] = [];
  for (let start = 0; start < secret.length; ) {
    let end = Math.min(start + PIECE, secret.length);
    const isVisible =
      end - start >= Math.min(PIECE, secret.length) && text.includes(secret.slice(start, end));
    while (isVisible && end < secret.length && text.includes(secret.slice(start, end + 1))) end++;
    if (isVisible) pieces.push(secret.slice(start, end));
    start = isVisible ? end : start + 1;
  }
  return pieces;
}

/** Text as a Markdown page shows it: numeric entities are the characters they stand for. */
export function rendered(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, point) => String.fromCodePoint(Number(point)));
}

/** A token's parts that nobody may see. Its header says only how it is signed. */
export function tokenParts(token: string): readonly string[] {
  return token.split('.').slice(1);
}

/** Every secret that a step masked. */
export function maskedBy(step: StepResult): readonly string[] {
  return step.commands.filter(({ command }) => command === 'add-mask').map(({ data }) => data);
}

/** Lines of a step's raw output that show a secret, or a piece of one, before its add-mask or without one. */
export function linesBeforeMask(stdout: string, secret: string): readonly string[] {
  const lines = stdout.split('\n');
  const mask = lines.indexOf(`::add-mask::${secret.replaceAll('%', '%25')}`);
  return lines.slice(0, mask < 0 ? lines.length : mask).filter((line) => {
    // The mask of something longer hides this piece as well.
    return !line.startsWith('::add-mask::') && visiblePieces(line, secret).length > 0;
  });
}
