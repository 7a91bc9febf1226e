/** What a run's conductors do alike, on one machine and in shards: how it begins and stops in its row, and how it ends untouched. */
import { PLACE_LOST } from './turns.ts';
import type { Asked } from './endings.ts';
import { LostRun } from './ownership/lost-run.ts';
import type { RunChange } from './row/store.ts';
import type { Ending, Run } from './run.ts';

/** A tool may need so long after its plan to finish requests and to leave. */
export const END_GRACE_MS = 15_000;
/** The load of a run that was lost is over before another server may take the run: it is given no more than this. */
const LOST_GRACE_MS = 2000;

type Change = (run: Pick<Run, 'state'>) => RunChange;

/** Its tool, or the first of several, told its first line; somebody may have asked for the end in the meantime. */
export const running = (started: Required<Pick<RunChange, 'startedAt' | 'frameworkVersion'>>): Change => ({ state }) => (state === 'starting' ? { ...started, state: { to: 'running', cause: 'first_line' } } : started);

export const stopping = ({ cause }: Asked): Change => ({ state }) => (state === 'stopping' ? {} : { state: { to: 'stopping', cause } });

/** That its tool has to tell the rest. */
export const graceOf = ({ cause }: Asked, stopGraceMs: number): number => (cause === 'owner_lost' ? Math.min(stopGraceMs, LOST_GRACE_MS) : stopGraceMs);

/** Nothing of it was started. */
export const untouched = (asked: Asked): { readonly ending: Ending; readonly news: null } => ({ ending: { ...asked, exitCode: null }, news: null });

/** It was asked to end while it waited for its turn. */
export const neverBegan = (asked: Asked): ReturnType<typeof untouched> => untouched(asked.cause === 'server_shutdown' ? { ...asked, message: PLACE_LOST } : asked);

/** Why what is stored is not all of a run. */
export const whyUnstored = (error: unknown): Asked => (error instanceof LostRun ? { cause: 'owner_lost', message: error.message } : { cause: 'internal_error', message: 'Results could not be stored, so the load was ended.' });
