import { formatColumns } from '../table.js';
import { type Fleet, type FleetResult, scheduleByOracle, simulateFleet } from './simulation.js';

/** The fleets of the report. */
export const FLEETS = {
  matrix: { jobs: 96, withinMs: 1_000, callsPerSecond: 8, burst: 8 },
  manyMatrices: { jobs: 2_000, withinMs: 10_000, callsPerSecond: 100, burst: 100 },
} as const satisfies Record<string, Fleet>;

const SEEDS = [1, 2, 3, 4, 5];

/** What became of a fleet, and what an oracle would have made of it; means of several runs. */
interface Comparison {
  readonly fleet: Fleet;
  readonly ours: Figures;
  readonly oracle: Figures;
}

interface Figures {
  readonly failed: number;
  readonly callsPerJob: number;
  /** Seconds of which a job in twenty takes longer. */
  readonly p95: number;
  /** Seconds until the last job is through. */
  readonly total: number;
}

/** Simulates every fleet; a table for people. */
export async function reportFleets(): Promise<string> {
  const comparisons: Comparison[] = [];
  for (const fleet of Object.values(FLEETS)) comparisons.push(await compare(fleet));
  const column = (head: string, cell: (comparison: Comparison) => string): readonly string[] => [
    head,
    ...comparisons.map(cell),
  ];
  return formatColumns([
    column('jobs', ({ fleet }) => String(fleet.jobs)),
    column('started within', ({ fleet }) => `${fleet.withinMs / 1000} s`),
    column('STS takes', ({ fleet }) => `${fleet.callsPerSecond}/s`),
    column('failed', ({ ours }) => String(ours.failed)),
    column('calls a job', ({ ours }) => ours.callsPerJob.toFixed(2)),
    column('p95', ({ ours }) => `${ours.p95.toFixed(1)} s`),
    column('oracle', ({ oracle }) => `${oracle.p95.toFixed(1)} s`),
    column('all through', ({ ours }) => `${ours.total.toFixed(1)} s`),
    column('oracle', ({ oracle }) => `${oracle.total.toFixed(1)} s`),
    column('/ oracle', ({ ours, oracle }) => (ours.total / oracle.total).toFixed(2)),
  ]);
}

async function compare(fleet: Fleet): Promise<Comparison> {
  const runs: FleetResult[] = [];
  for (const seed of SEEDS) runs.push(await simulateFleet(fleet, seed));
  const ideal = SEEDS.map((seed) => scheduleByOracle(fleet, seed));
  return { fleet, ours: figuresOf(runs, fleet), oracle: figuresOf(ideal, fleet) };
}

function figuresOf(runs: readonly FleetResult[], { jobs }: Fleet): Figures {
  const mean = (of: (run: FleetResult) => number): number =>
    runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  return {
    failed: mean((run) => run.failed),
    callsPerJob: mean((run) => run.calls / jobs),
    p95: mean(({ durations }) => durations[Math.floor(durations.length * 0.95)] ?? Number.NaN) / 1000,
    total: mean((run) => run.total) / 1000,
  };
}
