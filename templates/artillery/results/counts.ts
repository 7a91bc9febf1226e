/** Counters of Artillery: answers by status, and errors by what they say. */
import type { Told } from '../../results.ts';
import { entries } from '../../shared/results/json.ts';
import { oneLine } from '../../shared/results/names.ts';
import { count } from '../../shared/results/numbers.ts';

type Failure = Told['failures'][number];

export interface Statuses {
  readonly answers: number;
  /** To Artillery any answer is a success: these are those of 400 and more. */
  readonly failed: number;
  readonly failures: readonly Failure[];
}

export function statusesOf(counters: unknown, key: RegExp): Statuses {
  const found = entries(counters).flatMap(([name, value]) => {
    const status = key.exec(name)?.[1];
    return status === undefined ? [] : [{ status: Number(status), count: count(value, name.slice(0, 60)) ?? 0 }];
  });
  return statuses(found);
}

export function statuses(found: readonly { readonly status: number; readonly count: number }[]): Statuses {
  const failures = found.filter(({ status }) => status >= 400);
  const sum = (all: readonly { readonly count: number }[]) => all.reduce((total, { count: n }) => total + n, 0);
  return { answers: sum(found), failed: sum(failures), failures: failures.map(({ status, count: n }) => ({ what: `status ${status}`, count: n })) };
}

/** Of requests, and of virtual users too: `Undefined function "x"`. */
export function failuresOf(counters: unknown, prefix: string): Failure[] {
  return entries(counters).flatMap(([name, value]) => (name.startsWith(prefix) ? [{ what: oneLine(name.slice(prefix.length)), count: count(value, name.slice(0, 60)) ?? 0 }] : []));
}
