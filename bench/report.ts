import type { Measured } from './measure.js';
import { median, pairedRatio } from './statistics.js';
import type { Kind } from './subject.js';
import { formatColumns } from './table.js';

/** One line of the report. Times in milliseconds; ratios are medians of the ratios within each round. */
export interface Row {
  readonly what: Kind;
  readonly latencyMs: number | undefined;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly toBare: number | undefined;
  readonly toFloor: number | undefined;
  readonly toLimit: number | undefined;
  readonly toPeer: number | undefined;
  readonly peakKb: number;
  readonly requests: number;
  readonly connections: number;
  readonly samples: readonly number[];
}

const PEERS: Partial<Record<Kind, Kind>> = { main: 'peer main', post: 'peer post' };
/** ", 3 roles" of "main, 3 roles": the floor of a chain makes the chain's requests. */
const variantOf = (kind: Kind): string => /,.*$/.exec(kind)?.[0] ?? '';

/** The measurements as rows, each set against bare Node and, at its own latency, the floor and the peer. */
export function rowsOf(measured: readonly Measured[]): readonly Row[] {
  return measured.map(({ subject, samples, peakKb, counts }) => {
    const { kind, server } = subject;
    const to = (other: string | undefined): number | undefined => {
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
      toFloor: to(`floor${variantOf(kind)}`),
      toLimit: to(`limit${variantOf(kind)}`),
      toPeer: to(PEERS[kind]),
      peakKb,
      ...counts,
      samples,
    };
  });
}

type Cell = (row: Row) => string;

const ms = (value: number): string => value.toFixed(1);
const ratio = (value: number | undefined): string => value?.toFixed(2) ?? '';

function columnsOf(latency: string): readonly (readonly [string, Cell])[] {
  return [
    ['what', (row) => row.what],
    [latency, (row) => String(row.latencyMs ?? '')],
    ['median', (row) => ms(row.median)],
    ['min', (row) => ms(row.min)],
    ['max', (row) => ms(row.max)],
    ['/ bare', (row) => ratio(row.toBare)],
    ['/ floor', (row) => ratio(row.toFloor)],
    ['/ limit', (row) => ratio(row.toLimit)],
    ['/ peer', (row) => ratio(row.toPeer)],
    ['peak MB', (row) => ms(row.peakKb / 1024)],
    ['requests', (row) => String(row.requests)],
    ['connections', (row) => String(row.connections)],
  ];
}

/** The rows as a table. @param latency what the servers' milliseconds are */
export function formatTable(rows: readonly Row[], latency: 'latency' | 'round trip'): string {
  return formatColumns(columnsOf(latency).map(([head, cell]) => [head, ...rows.map(cell)]));
}
