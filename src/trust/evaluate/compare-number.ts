/** Negative, zero or positive as the first number is smaller, equal or larger; undefined if either is not a number. */
export function compareNumbers(actual: string, wanted: string): number | undefined {
  const [first, second] = [numberOf(actual), numberOf(wanted)];
  return first === undefined || second === undefined ? undefined : Math.sign(first - second);
}

/** A whole or decimal number, as IAM's Numeric operators take it: no exponents, no other bases. */
function numberOf(text: string): number | undefined {
  return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*$/.test(text) ? Number(text) : undefined;
}
