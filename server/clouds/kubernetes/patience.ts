/** An API server that is upgraded is away for minutes. The load goes on meanwhile, and its nodes keep the lines: it is waited for. */
import { KubernetesProblem } from './problems.ts';

const GIVE_UP_MS = 300_000;

export class Patience {
  #workedAt = performance.now();

  worked(): void {
    this.#workedAt = performance.now();
  }

  /** Throws what does not pass, and what has not passed for long. */
  bear(error: unknown): void {
    if (!(error instanceof KubernetesProblem) || error.code === 403) throw error;
    if (performance.now() - this.#workedAt > GIVE_UP_MS) throw error;
  }
}
