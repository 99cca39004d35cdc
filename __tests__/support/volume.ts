import fc from 'fast-check';

/*
 * How often what is random runs: a little, and each time the same, in `npm test`; as often as `npm run fuzz` says there,
 * from another seed each time. A file that imports this has its properties run so often, too.
 */

const asked = process.env['FUZZ_RUNS'];

export const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** So many runs in `npm test`, and at least as many in `npm run fuzz`. */
export function runs(few: number): number {
  return Math.max(few, Number(asked ?? 0));
}

/** Of what starts processes or takes seconds: so many in `npm test`, and so many in `npm run fuzz`. */
export function times(few: number, many: number): number {
  return asked === undefined ? few : many;
}

fc.configureGlobal({ seed: SEED, numRuns: runs(100) });
