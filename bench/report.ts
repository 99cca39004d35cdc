import type { Measured } from './measure.js';
import { median, pairedRatio } from './statistics.js';
import type { Kind } from './subject.js';

/** One line of the report. Times in milliseconds; ratios are medians of the ratios within each round. */
export interface Row {
  readonly what: Kind;
  readonly latencyMs: number | undefined;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly toBare: number | undefined;
  readonly toFloor: number | undefined;
  readonly toPeer: number | undefined;
  readonly peakKb: number;
  readonly requests: number;
  readonly samples: readonly number[];
}

const PEERS: Partial<Record<Kind, Kind>> = { main: 'peer main', post: 'peer post' };
/** The floor of a chain makes the chain's requests. */
const FLOORS: Partial<Record<Kind, Kind>> = { 'main, 3 roles': 'floor, 3 roles' };

/** The measurements as rows, each set against bare Node and, at its own latency, the floor and the peer. */
export function rowsOf(measured: readonly Measured[]): readonly Row[] {
  return measured.map(({ subject, samples, peakKb, requests }) => {
    const { kind, server } = subject;
    const to = (other: Kind | undefined): number | undefined => {
      const found = measured.find(
        ({ subject }) => subject.kind === other && (other === 'bare node' || subject.server === server),
      );
      return found && found.subject.kind !== kind ? pairedRatio(samples, found.samples) : undefined;
    };
    return {
      what: kind,
      latencyMs: server?.latencyMs,
      median: median(samples),
      min: Math.min(...samples),
      max: Math.max(...samples),
      toBare: to('bare node'),
      toFloor: to(FLOORS[kind] ?? 'floor'),
      toPeer: to(PEERS[kind]),
      peakKb,
      requests,
      samples,
    };
  });
}

const HEAD = [
  'what',
  'latency',
  'median',
  'min',
  'max',
  '/ bare',
  '/ floor',
  '/ peer',
  'peak MB',
  'requests',
];

/** The rows as a Markdown table, aligned so that it reads well in a terminal, too. */
export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.latencyMs === undefined ? '' : String(row.latencyMs),
    ...[row.median, row.min, row.max].map((ms) => ms.toFixed(1)),
    ...[row.toBare, row.toFloor, row.toPeer].map((ratio) => ratio?.toFixed(2) ?? ''),
    (row.peakKb / 1024).toFixed(1),
    String(row.requests),
  ]);
  const widths = HEAD.map((name, column) =>
    Math.max(name.length, ...cells.map((line) => (line[column] ?? '').length)),
  );
  const format = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map(
    (width, column) => '-'.repeat(column === 0 ? width : width - 1) + (column === 0 ? '' : ':'),
  );
  return [format(HEAD), format(rule), ...cells.map(format)].join('\n');
}
