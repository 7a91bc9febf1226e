/** One job for each run, and one execution of it: however often it is ordered. */
import { setTimeout as delay } from 'node:timers/promises';
import { CloudProblem } from '../cloud.ts';
import type { Api, Job } from './api.ts';
import { GoogleProblem } from './problems.ts';

const TRIES = 5;

/** Until Google has looked at it. Throws when it cannot be run as it is: its image is not to be had, a secret, an account. @param made null: it was there before */
export async function ready(api: Api, name: string, made: Job | null, againMs: number, signal: AbortSignal): Promise<void> {
  let job = made ?? (await api.job(name, signal));
  while (job?.reconciling) {
    await delay(againMs, null, { signal });
    job = await api.job(name, signal);
  }
  if (!job) throw new CloudProblem('Google Cloud Run took the order, and then its job was gone.');
  const { state, message, reason } = job.terminalCondition ?? {};
  if (state === 'CONDITION_FAILED') throw new CloudProblem(`Google Cloud Run cannot run it: ${message ?? reason ?? 'it does not say why.'}`);
}

/** @returns the name of the only execution. @param name of a job that is ready */
export async function executed(api: Api, name: string, againMs: number, signal: AbortSignal): Promise<string> {
  let isAsked = false;
  for (let tries = 1; ; tries++) {
    // Also before each further try: an answer may have been lost on its way, and the fleet not.
    const [there] = await api.executionsOf(name, signal);
    if (there?.name) return there.name;
    signal.throwIfAborted();
    try {
      const started = isAsked ? null : await api.runJob(name);
      if (started !== null) return started;
      isAsked = true;
    } catch (error) {
      if (!(error instanceof GoogleProblem) || !error.passes || tries === TRIES) throw error;
    }
    if (tries === TRIES) throw new CloudProblem('Google Cloud Run took the order and tells of no execution.');
    await delay(againMs * 2 ** (tries - 1), null, { signal });
  }
}
