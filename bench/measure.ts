import { runProgram } from './program.js';
import { Random } from './reach/random.js';
import type { Counts } from './respond.js';
import type { Subject } from './subject.js';

/** What was measured of one subject. */
export interface Measured {
  readonly subject: Subject;
  /** Whole-process milliseconds, one a round. */
  readonly samples: readonly number[];
  readonly peakKb: number;
  /** What the server saw during one run. */
  readonly counts: Counts;
}

const WARM_UP_ROUNDS = 2;
const NONE: Counts = { requests: 0, connections: 0 };

/**
 * Times every subject once a round, one after the other, in another order each round, so that no subject has a better
 * time of day, or always comes after the one that leaves the least in the caches. Memory and requests are measured in a
 * round of their own.
 */
export async function measureAll(
  subjects: readonly Subject[],
  rounds: number,
  temp: string,
  onRound: (done: number, of: number) => void,
): Promise<readonly Measured[]> {
  const samples = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
  const random = new Random(1);
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    for (const subject of shuffled(subjects, random)) {
      const { ms } = await runProgram(subject, temp);
      if (round >= WARM_UP_ROUNDS) samples.get(subject)?.push(ms);
    }
    onRound(round + 1, WARM_UP_ROUNDS + rounds);
  }
  const measured: Measured[] = [];
  for (const subject of subjects) {
    const before = (await subject.server?.counts()) ?? NONE;
    const { peakKb = Number.NaN } = await runProgram(subject, temp, true);
    const after = (await subject.server?.counts()) ?? NONE;
    const counts = {
      requests: after.requests - before.requests,
      connections: after.connections - before.connections,
    };
    measured.push({ subject, samples: samples.get(subject) ?? [], peakKb, counts });
  }
  return measured;
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const keyed = items.map((item) => ({ item, key: random.next() }));
  return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
}
