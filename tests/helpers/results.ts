/** Results that the tools wrote by themselves, and what the target saw of the same requests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ToldNumber, Totals, TotalsFormat } from '../../templates/results.ts';

const folder = path.resolve(import.meta.dirname, '../fixtures/results');

export const REAL = [
  'k6/summary.json',
  'locust/stats.json',
  'locust/stats_stats.csv',
  'locust/stats_stats_history.csv',
  'locust/stats_failures.csv',
  'locust/stats_exceptions.csv',
  'artillery/report.json',
] as const;

export const real = (file: (typeof REAL)[number]): string => readFileSync(path.join(folder, file), 'utf8');

/** By name: how many requests by what became of them, and how long those that were answered took to serve, sorted. */
type Truth = Readonly<Record<string, { readonly outcomes: Readonly<Record<string, number>>; readonly answeredMs: readonly number[] }>>;
export const truth = (tool: string): Truth => JSON.parse(readFileSync(path.join(folder, tool, 'truth.json'), 'utf8')) as Truth;

export const total = (outcomes: Readonly<Record<string, number>> = {}): number => Object.values(outcomes).reduce((sum, n) => sum + n, 0);

/** By rank: the percentile of the design. */
export const ranked = (sorted: readonly number[], quantile: number): number => sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;

/** @throws what it says when it refuses */
export function reads(format: TotalsFormat | undefined, text: string): Totals {
  const told = format?.read(text) ?? 'There is no such format.';
  if (typeof told === 'string') throw new Error(told);
  return told;
}

export const named = (totals: Totals, name: string) => totals.requests.find((request) => request.name === name);

/** The client sees a request from a little before the server to a little after it: a few ms on a busy machine. */
export function holds(told: ToldNumber | undefined, servedMs: number, clientMs = 3): boolean {
  if (!told) return false;
  const [least, most] = told.between ?? [told.value, told.value];
  return least <= servedMs + clientMs && servedMs <= most;
}
