/** One job for each run, and one execution of it: however often it is ordered. */
import { setTimeout as delay } from 'node:timers/promises';
import { CloudProblem } from '../cloud.ts';
import type { Api, Job } from './api.ts';

export interface Launched {
  /** The region, by its whole name. */
  readonly parent: string;
  readonly jobId: string;
  readonly job: Job;
}

/** @returns the name of the execution */
export async function launchJob(api: Api, { parent, jobId, job }: Launched, againMs: number, signal: AbortSignal): Promise<string> {
  const name = `${parent}/jobs/${jobId}`;
  await api.create(parent, jobId, job, signal);
  let made = await api.job(name, signal);
  // One that was there before may still be looked at.
  while (made?.reconciling) {
    await delay(againMs, null, { signal });
    made = await api.job(name, signal);
  }
  if (!made) throw new CloudProblem('Google Cloud Run took the order, and then its job was gone.');
  // Its image is not to be had, a secret, an account.
  const { state, message, reason } = made.terminalCondition ?? {};
  if (state === 'CONDITION_FAILED') throw new CloudProblem(`Google Cloud Run cannot run it: ${message ?? reason ?? 'it does not say why.'}`);
  const execution = await api.executed(name, signal);
  signal.throwIfAborted();
  return execution;
}
