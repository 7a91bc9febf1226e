/** What is read of a row of `load_test_run`, and the run that it makes. */
import { getTableColumns } from 'drizzle-orm';
import type { Cipher } from '../../db/cipher.ts';
import { loadTestRun } from '../../db/tables.ts';
import type { TestPlan } from '../../script/plan.ts';
import { openPlan } from '../../script/stored-plan.ts';
import type { Verdict } from '../../verdict/judge.ts';
import type { Ending, FleetRecord, Imported, Run, RunResult } from '../run.ts';
import type { Move, RunState } from '../state.ts';

/** The script holds the definition: whoever looks at a run does not carry it along. */
const { script: _script, importKey: _importKey, foldedUntil: _foldedUntil, ...COLUMNS } = getTableColumns(loadTestRun);
/** What may be another when it is read again. */
const { plan: _plan, ...CHANGING } = COLUMNS;

export { CHANGING, COLUMNS };

type Row = Omit<typeof loadTestRun.$inferSelect, 'script' | 'importKey' | 'foldedUntil'>;

export function opened(cipher: Cipher, row: Row): Run {
  const { plan } = row;
  return fromRow(row, () => openPlan(cipher, plan));
}

/** Its plan is opened when it is asked for: who only looks at the state opens none, and a lost key hides no run and keeps none from being settled. */
export function fromRow(row: Omit<Row, 'plan'>, planOf: () => TestPlan): Run {
  return {
    id: row.id,
    organizationId: row.organizationId,
    loadTestId: row.loadTestId,
    number: row.loadTestId === null ? null : row.number,
    workflowId: row.workflowId,
    framework: row.framework,
    frameworkVersion: row.frameworkVersion,
    place: row.place,
    state: row.state as RunState,
    moves: row.moves as readonly Move[],
    workflowHash: row.workflowHash,
    baselineWorkflowHash: row.baselineWorkflowHash,
    get plan() {
      return planOf();
    },
    planHash: row.planHash,
    plannedDurationMs: row.plannedDurationMs,
    scriptHash: row.scriptHash,
    warnings: row.warnings as readonly string[],
    startedBy: row.startedBy,
    repeatGroup: row.repeatGroup,
    hostFingerprint: row.hostFingerprint,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    sequence: row.sequence,
    ending: row.ending as Ending | null,
    verdict: row.verdict as Verdict | null,
    result: row.result as RunResult | null,
    imported: row.imported as Imported | null,
    foldedAt: row.foldedAt,
    fleet: row.fleet as FleetRecord | null,
  };
}
