/** Stores what lines tell, and settles the run as one that was watched: all of it, or nothing. */
import type { Context } from '../../context.ts';
import { isAway, isFull } from '../../db/away.ts';
import type { SampleLine } from '../../samples/sample.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';
import { invalidInput, Refusal } from '../../refusal.ts';
import type { Asked } from '../endings.ts';
import { newsOf } from '../news.ts';
import { LostRun } from '../ownership/lost-run.ts';
import { renewLeases } from '../ownership/store.ts';
import { changeRun, saveBatch } from '../row/store.ts';
import type { Run } from '../run.ts';
import type { Runner } from '../runner.ts';
import { settle } from '../settle.ts';
import { SoFar } from '../so-far.ts';
import { removeSettled } from '../store.ts';
import { Gathered } from './gather.ts';
import type { Lines } from './lines.ts';
import { findImport, insertImport, type NewImport, removeImport } from './store.ts';

type Begin = Extract<SampleLine, { kind: 'begin' }>;

export interface Taken {
  readonly run: NewImport;
  readonly plan: ResolvedPlan;
  readonly begin: Begin;
  /** Each iteration is an execution that has its line, unless it was interrupted. */
  readonly tellsEach: boolean;
  /** `begin` is the first of them. */
  readonly lines: Lines;
  /** Read once more: have they an end? Left out: what is brought again is the same, to the last byte. */
  readonly areWhole?: () => Promise<boolean>;
  /** When all lines were read. */
  ended(gathered: Gathered): Asked;
}

const RENEW_MS = 5000;

type Place = Pick<Context, 'db' | 'cipher'> & { readonly runner: Pick<Runner, 'owner' | 'events'> };

/** @returns the run, also when it was here already. Throws a Refusal when its results cannot be read, or not be stored. */
export function takeRun(ctx: Place, taken: Taken): Promise<Run> {
  return insertOnce(ctx, taken.run, (inserted) => settledRun(ctx, inserted, taken), taken.areWhole);
}

/** The same results are stored once; where `settle` does not come to its end, nothing of them stays. */
export async function insertOnce({ db, cipher, runner }: Place, given: NewImport, settle: (inserted: Run) => Promise<Run>, areWhole = async () => false): Promise<Run> {
  let inserted = await insertImport(db, cipher, runner.owner, given).catch(storing);
  if (!inserted) {
    const there = await findImport(db, cipher, given.organizationId, given.importKey).catch(storing);
    if (!there) throw beingRemoved();
    // Whoever asks for the runs of a test would not find it there.
    if (given.loadTestId !== null && there.loadTestId !== given.loadTestId) throw invalidInput('loadTestId', `These results are here already, as a run of ${there.loadTestId === null ? 'no test' : 'another test'}: delete that one before you bring them for this.`);
    // What was cut off then is replaced by the whole of it.
    const isReplaced = there.ending?.cause === 'results_cut' && there.loadTestId === given.loadTestId && (await areWhole()) && (await removeSettled(db, given.organizationId, there.id).catch(storing));
    if (!isReplaced) return there;
    inserted = await insertImport(db, cipher, runner.owner, given).catch(storing);
    if (!inserted) throw beingRemoved();
  }
  try {
    const settled = await settle(inserted).catch(storing);
    runner.events.changed(settled.id);
    return settled;
  } catch (error) {
    // Where that fails, too, whoever finds it without an owner removes it.
    await removeImport(db, inserted, runner.owner).catch(() => undefined);
    throw error;
  }
}

const beingRemoved = () => new Refusal('storage_unavailable', 'These results were being removed just now: bring them again.');

async function settledRun({ db, runner: { owner } }: Place, inserted: Run, { plan, begin, tellsEach, lines, ended }: Taken): Promise<Run> {
  const startedAt = new Date(begin.startedAt);
  const run = await changeRun(db, inserted, owner, { state: { to: 'starting', cause: 'import' }, startedAt, frameworkVersion: begin.toolVersion });
  const gathered = new Gathered(plan, tellsEach);
  const soFar = new SoFar(plan);
  let renewed = performance.now();
  const save = async (batches: ReturnType<Gathered['add']>) => {
    for (const batch of batches) {
      await saveBatch(db, run, owner, startedAt, batch);
      soFar.add(batch);
    }
  };
  for await (const some of lines) {
    for (const line of some) {
      const batches = gathered.add(line);
      if (batches.length > 0) await save(batches);
    }
    if (performance.now() - renewed > RENEW_MS) {
      renewed = performance.now();
      await renewLeases(db, owner, [run.id]);
    }
  }
  await save(gathered.rest());
  if (gathered.lastLineMs === 0) throw new Refusal('invalid_results', 'These results tell of nothing: no request, and no second that went by.');
  return settle(db, run, owner, { ...ended(gathered), exitCode: null }, newsOf(gathered), soFar);
}

/** What the database cannot do now is said, and nothing is lost: the results are still with who brought them. */
function storing(error: unknown): never {
  if (error instanceof LostRun || isAway(error) || isFull(error)) throw new Refusal('storage_unavailable', 'The database could not store these results just now, and nothing of them was kept: bring them again.');
  throw error;
}
