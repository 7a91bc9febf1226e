/**
 * What a run has come to so far: its stored rows gathered, as soon as they are stored, so that neither the end of the run nor who opens it waits for them. What
 * was stored by another server, or could not be stored in turn, is read from the table: the same comes out, and an orphan is no other case.
 */
import type { Db } from '../db/client.ts';
import type { Fold } from '../metrics/fold.ts';
import type { Batch, IntervalRow } from '../metrics/interval.ts';
import { rowsAfterInParts } from '../metrics/store.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { Evidence } from '../verdict/evidence.ts';
import type { Run } from './run.ts';

export class SoFar {
  readonly evidence: Evidence;
  /** Of the last batch that is in it, as all before it are. */
  #sequence = 0;

  constructor({ objectives }: Pick<ResolvedPlan, 'objectives'>) {
    this.evidence = new Evidence(objectives);
  }

  get fold(): Fold {
    return this.evidence.fold;
  }

  /** Of the last batch that is in it. */
  get sequence(): number {
    return this.#sequence;
  }

  /** A batch that is stored. */
  add({ sequence, rows }: Batch): void {
    // One before it was not stored, or its rows were not seen here: then the table knows the order.
    if (sequence !== this.#sequence + 1) return;
    this.#gather(rows);
    this.#sequence = sequence;
  }

  /** Whatever is stored and not in it. Bears a second time, also when it had failed half-way, and one beside another. */
  async addStored(db: Db, { organizationId, id }: Pick<Run, 'organizationId' | 'id'>): Promise<void> {
    for await (const rows of rowsAfterInParts(db, organizationId, id, this.#sequence)) {
      this.#gather(rows.filter(({ sequence }) => sequence > this.#sequence));
      this.#sequence = Math.max(this.#sequence, rows.at(-1)?.sequence ?? 0);
    }
  }

  #gather(rows: readonly (IntervalRow & { readonly sequence?: number })[]): void {
    for (const row of rows.toSorted(byOrder)) this.evidence.add(row);
  }
}

/** Of several examples of a failure the first one is kept: databases differ in the order of names. */
function byOrder(a: IntervalRow & { readonly sequence?: number }, b: typeof a): number {
  return (a.sequence ?? 0) - (b.sequence ?? 0) || a.second - b.second || compared(a.kind, b.kind) || compared(a.phase, b.phase) || compared(a.name, b.name);
}

const compared = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
