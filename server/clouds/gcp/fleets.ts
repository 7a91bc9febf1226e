/** The fleets of one project: a job for each run, in the region that was asked for. */
import { CloudProblem, type CloudHost, type Fleet, type FleetOrder, type Fleets } from '../cloud.ts';
import { sweepDead } from '../sweep.ts';
import { filterOf, printedOf } from './entry.ts';
import { followFleet } from './follow.ts';
import { type Elsewhere, openGoogle } from './google.ts';
import { LONGEST_MS } from './log-reader.ts';
import { jobIdOf, jobOf, runIdOf } from './order.ts';
import type { GcpSettings } from './settings.ts';
import { whyNotRun } from './task-state.ts';

/** Until nothing of a fleet is left: shards have ten seconds to end. */
const REMOVED_WITHIN_MS = 120_000;
const RECENTLY_MS = 60_000;

export async function openGcp(settings: GcpSettings, host: CloudHost, elsewhere: Elsewhere | null = null): Promise<Fleets> {
  const google = await openGoogle(settings, elsewhere);
  const { api, logging } = google;
  const { LOAD_TESTING_GCP_PROJECT: project = '', LOAD_TESTING_GCP_REGIONS: regions, LOAD_TESTING_GCP_MEMORY: memory } = settings;
  const [first = ''] = regions;
  const parentOf = (region: string) => `projects/${project}/locations/${region}`;

  async function launch(order: FleetOrder, signal: AbortSignal): Promise<Fleet> {
    const { runId, shards } = order;
    const region = order.region ?? first;
    const fleet = { runId, shards, region, ids: [`${parentOf(region)}/jobs/${jobIdOf(runId)}`] };
    try {
      const problem = whyNotRun(await api.create(parentOf(region), jobIdOf(runId), jobOf(order, settings, host, Date.now()), signal));
      if (problem !== null) throw new CloudProblem(problem);
      const execution = await api.executed(fleet.ids[0] ?? '', signal);
      signal.throwIfAborted();
      return { ...fleet, ids: [...fleet.ids, execution] };
    } catch (error) {
      await remove(fleet).catch((left: unknown) => host.log.warn({ err: left, runId }, 'what there was of a fleet could not be removed; it is swept later'));
      throw error;
    }
  }

  async function remove({ ids: [job = ''] }: Fleet): Promise<void> {
    const signal = AbortSignal.timeout(REMOVED_WITHIN_MS);
    try {
      await api.remove(job, signal);
    } catch (error) {
      throw signal.aborted ? new CloudProblem(`Google Cloud Run has not removed ${job} within ${REMOVED_WITHIN_MS / 1000} s.`) : error;
    }
  }

  const filterFor = ({ runId, region }: Fleet, shard?: number) => filterOf(jobIdOf(runId), region ?? first, shard);

  return {
    async health(signal) {
      try {
        await api.mayListJobs(parentOf(first), signal);
        // Without its log a fleet would cost, and tell nothing.
        for await (const _ of logging.list(filterOf(jobIdOf('none'), first), Date.now() - RECENTLY_MS, signal, 1)) break;
      } catch (error) {
        throw signal.aborted ? new CloudProblem('Google Cloud did not answer in time.') : error;
      }
      return { identity: await google.identity(), problem: null };
    },
    launch,
    follow: (fleet, tell, signal) => followFleet(google, { fleet, filter: filterFor(fleet), memory, tell }, signal),
    /** The grace is Cloud Run's own: ten seconds. */
    async stop({ ids: [, execution] }) {
      if (execution) await api.cancel(execution);
    },
    async *stored(fleet, shard, signal) {
      for await (const entry of logging.list(filterFor(fleet, shard), Date.now() - LONGEST_MS, signal)) {
        const printed = printedOf(entry);
        if (printed) yield printed.line;
      }
    },
    remove,
    async sweep(isLive, signal) {
      const found: Fleet[] = [];
      for (const region of regions) {
        for await (const job of api.jobsIn(parentOf(region), signal)) {
          const runId = runIdOf(job, host.installation);
          if (runId !== null && job.name) found.push({ runId, shards: job.template?.taskCount ?? 1, region, ids: [job.name] });
        }
      }
      return sweepDead({ found, isLive, remove, log: host.log });
    },
    close: () => logging.close(),
  };
}
