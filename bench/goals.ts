import type { PatternTimes } from './patterns.js';
import type { Row } from './report.js';
import type { Kind } from './subject.js';

/** A figure the project wants to reach, and what was measured; undefined where this run cannot tell. */
export interface Goal {
  readonly name: string;
  readonly atMost: number;
  readonly measured: number | undefined;
}

const MAX_DIST_BYTES = 1_150_000;

/** How much there is to download and to load. */
export interface Sizes {
  readonly distBytes: number;
  /** Of a tag's archive; undefined where this machine cannot make one. */
  readonly archive: { readonly bytes: number; readonly files: number } | undefined;
}

/** The figures the project has set itself, on Node 24. */
export function goalsOf(
  rows: readonly Row[],
  { distBytes, archive }: Sizes,
  patterns: PatternTimes,
): readonly Goal[] {
  const find = (what: Kind, latencyMs?: number): Row | undefined =>
    rows.find((row) => row.what === what && row.latencyMs === latencyMs);
  const main = find('main', 0);
  const peer = find('peer main', 0);
  return [
    { name: 'main / peer, 0 ms', atMost: 0.65, measured: main?.toPeer },
    { name: 'main / floor, 0 ms', atMost: 1.45, measured: main?.toFloor },
    { name: 'main / floor, 100 ms', atMost: 1.35, measured: find('main', 100)?.toFloor },
    { name: '3 roles / floor, 100 ms', atMost: 1.35, measured: find('main, 3 roles', 100)?.toFloor },
    { name: 'post / peer', atMost: 0.6, measured: find('post')?.toPeer },
    { name: 'post / bare node', atMost: 1.05, measured: find('post')?.toBare },
    { name: 'warm helper / bare node', atMost: 1.35, measured: find('warm helper')?.toBare },
    { name: 'peak memory of main / peer', atMost: 0.7, measured: main && peer && main.peakKb / peer.peakKb },
    { name: 'main, refused / main', atMost: 1.5, measured: ratio(find('main, refused', 0), main) },
    { name: 'main, no token / main', atMost: 1.5, measured: ratio(find('main, no token'), main) },
    { name: 'hostile guard pattern, ms', atMost: 20, measured: patterns.guard },
    { name: 'hostile trust pattern, ms', atMost: 2000, measured: patterns.trust },
    { name: 'requests of main', atMost: 2, measured: main?.requests },
    { name: 'dist/ in MB', atMost: MAX_DIST_BYTES / 1e6, measured: distBytes / 1e6 },
    { name: "a tag's archive in KiB", atMost: 350, measured: archive && archive.bytes / 1024 },
    { name: 'files in it', atMost: 110, measured: archive?.files },
  ];
}

function ratio(row: Row | undefined, base: Row | undefined): number | undefined {
  return row && base && row.median / base.median;
}

/** The same over TLS with a round trip. */
export function wireGoalsOf(rows: readonly Row[]): readonly Goal[] {
  const find = (what: Kind, latencyMs: number): Row | undefined =>
    rows.find((row) => row.what === what && row.latencyMs === latencyMs);
  return [
    { name: 'main / limit, 80 ms', atMost: 1.12, measured: find('main', 80)?.toLimit },
    { name: 'main / peer, 80 ms', atMost: 0.46, measured: find('main', 80)?.toPeer },
    { name: 'main / limit, 20 ms', atMost: 1.25, measured: find('main', 20)?.toLimit },
    { name: 'Cognito / its limit, 80 ms', atMost: 1.15, measured: find('main, Cognito', 80)?.toLimit },
  ];
}

/** One line a goal. */
export function formatGoals(goals: readonly Goal[]): string {
  return goals
    .map(({ name, atMost, measured }) => {
      const verdict = measured === undefined ? 'not measured' : measured <= atMost ? 'reached' : 'MISSED';
      return `${name.padEnd(28)} ${(measured?.toFixed(2) ?? '-').padStart(6)}  at most ${String(atMost).padEnd(5)} ${verdict}`;
    })
    .join('\n');
}
