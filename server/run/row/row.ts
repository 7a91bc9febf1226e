/** The row of a run as the server writes it that owns it: one change after the other, each surely. */
import type { Log } from '../../../plugin/host.ts';
import type { Db } from '../../db/client.ts';
import type { Batch } from '../../metrics/interval.ts';
import { resolvePlan } from '../../script/resolve.ts';
import type { RunEvents } from '../events.ts';
import { appendLog } from '../log/store.ts';
import type { EndNews } from '../news.ts';
import type { RunRecord } from '../record.ts';
import type { Ending, Run } from '../run.ts';
import { settleSurely } from '../settle.ts';
import { SoFar } from '../so-far.ts';
import { changeRun, type RunChange, saveBatch } from './store.ts';
import { surely } from './surely.ts';

export interface RowOptions {
  readonly db: Db;
  readonly owner: string;
  readonly events: RunEvents;
  readonly log: Log;
  /** Aborted when the lease is lost: nothing is written afterwards. */
  readonly lost: AbortSignal;
}

export class RunRow implements RunRecord {
  #run: Run;
  #changing: Promise<void> = Promise.resolve();
  readonly #soFar: SoFar;
  readonly #options: RowOptions;

  /** @param soFar is given what is stored, for others to look at */
  constructor(run: Run, options: RowOptions, soFar = new SoFar(resolvePlan(run.plan))) {
    this.#run = run;
    this.#soFar = soFar;
    this.#options = options;
  }

  get id(): string {
    return this.#run.id;
  }

  get frameworkVersion(): string | null {
    return this.#run.frameworkVersion;
  }

  /** What to change, given the run as it is when its turn comes. */
  change(next: (run: Run) => RunChange): Promise<void> {
    const { db, owner } = this.#options;
    const changed = this.#changing.then(async () => {
      const change = next(this.#run);
      this.#run = await surely(() => changeRun(db, this.#run, owner, change), this.#surely('a change of a run could not be stored'));
      this.#changed();
    });
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async save(batch: Batch, startedAt: Date): Promise<void> {
    const { db, owner } = this.#options;
    await surely(() => saveBatch(db, this.#run, owner, startedAt, batch), this.#surely('results could not be stored'));
    this.#soFar.add(batch);
    this.#changed();
  }

  /** `from`: number of the first line. */
  async log(from: number, lines: readonly string[]): Promise<void> {
    const { db, owner } = this.#options;
    await surely(() => appendLog(db, this.#run, owner, from, lines), this.#surely('lines of a log could not be stored'));
    this.#changed();
  }

  /** Never rejects: what cannot be settled now is settled as an orphan when its lease is over. */
  async settle(ending: Ending, news: EndNews | null): Promise<void> {
    await this.#changing;
    await settleSurely(this.#options.db, this.#run, this.#options.owner, ending, news, this.#surely('a run could not be settled'), this.#soFar);
    this.#changed();
  }

  trouble(error: unknown): void {
    this.#options.log.error({ err: error, runId: this.id }, 'a run had trouble');
  }

  #changed(): void {
    this.#options.events.changed(this.id);
  }

  #surely(what: string) {
    const { lost, log } = this.#options;
    return { lost, onTrouble: (error: unknown) => log.error({ err: error, runId: this.id }, what) };
  }
}
