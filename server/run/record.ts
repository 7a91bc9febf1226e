/** Where a run is written while it goes on: its row in the database, or what a shard prints. */
import type { Batch } from '../metrics/interval.ts';
import type { RunChange } from './row/store.ts';
import type { Run } from './run.ts';

export interface RunRecord {
  readonly id: string;
  readonly frameworkVersion: string | null;
  /** What to change, given the state when its turn comes. Rejects when the run may not be written any more. */
  change(next: (run: Pick<Run, 'state'>) => RunChange): Promise<void>;
  save(batch: Batch, startedAt: Date): Promise<void>;
  /** `from`: number of the first line. */
  log(from: number, lines: readonly string[]): Promise<void>;
  trouble(error: unknown): void;
}
