/**
 * The choice that was probably meant, for "did you mean …?": at most `limit` letters added, left out, replaced, or
 * swapped with their neighbour. Undefined where none is that close.
 */
export function nearest(text: string, choices: Iterable<string>, limit: number): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const choice of choices) {
    if (Math.abs(choice.length - text.length) > limit) continue;
    const distance = editDistance(text, choice);
    if (distance <= limit && distance < bestDistance) [best, bestDistance] = [choice, distance];
  }
  return best;
}

/** Less than another letter in its place, so that of `eu` and `us` the former is nearer to `ue`. */
const SWAP = 0.75;

/** Damerau's distance in its simple form (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(beforeLast, column - 2) + SWAP : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
