/**
 * A run that is stopped twice. The target answers nothing; requests say in their header `x-at` whether they belong to the load or to what the
 * first signal led to. So the second comes when the first has been obeyed, and finds a tool that would live as long as a request may take.
 */
import { expect } from 'vitest';
import type { DemoTargetApart } from '../../plugin/demo/apart.ts';
import type { TruthRequest } from '../../plugin/demo/truth.ts';
import type { Run } from './conformance.ts';
import { until } from './until.ts';

type Target = Pick<DemoTargetApart, 'truth'>;

/** Longer than a test may take. */
export const NEVER_MS = 600_000;

async function at(target: Target, place: 'load' | 'stopping'): Promise<TruthRequest | undefined> {
  return (await target.truth()).requests.findLast(({ headers }) => headers['x-at'] === place);
}

export async function stopTwice(pid: number, target: Target): Promise<void> {
  for (const place of ['load', 'stopping'] as const) {
    await until(`the target holds a request of the ${place}`, async () => (await at(target, place))?.ending === null);
    process.kill(pid, 'SIGINT');
  }
}

/** It neither waited for the request that it had still sent, nor wrote or printed what comes at an end. */
export async function expectEndedAtOnce({ stdout, end }: Run, target: Target): Promise<void> {
  const { ending, servedMs } = await until('the request is let go', async () => {
    const request = await at(target, 'stopping');
    return request?.ending != null && request;
  });
  expect({ ending, waited: (servedMs ?? NEVER_MS) >= NEVER_MS, end, verdict: stdout.includes('LOADTEST_VERDICT') }).toEqual({ ending: 'aborted', waited: false, end: undefined, verdict: false });
}
