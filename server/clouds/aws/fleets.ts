/** The fleets on Fargate: a run is a family of task definitions, a shard is a task, and its lines are a stream of CloudWatch Logs. */
import type { CloudHost, Fleet, Fleets } from '../cloud.ts';
import { CloudProblem } from '../cloud.ts';
import { sweepDead } from '../sweep.ts';
import { familyOf, familyPrefix, runOf, streamOf } from './definition.ts';
import { followFleet } from './follow.ts';
import { launchFleet } from './launch.ts';
import { storedLines } from './lines.ts';
import { asked, familiesWith, livingTasks, openRegions, type Region } from './region.ts';
import { removeRun, stopTasks } from './remove.ts';
import type { Settings } from './settings.ts';

/** As many as ECS describes at once. */
const MOST_DESCRIBED = 100;

export async function openFargate(settings: Settings, host: CloudHost): Promise<Fleets> {
  const { LOAD_TESTING_AWS_CLUSTER: cluster, LOAD_TESTING_AWS_LOG_GROUP: logGroupName, LOAD_TESTING_AWS_REGIONS: keys } = settings;
  const regions = await openRegions(keys, { cluster, logGroupName });
  const regionOf = ({ region }: Pick<Fleet, 'region'>): Region => {
    const found = regions.get(region);
    if (found) return found;
    throw new CloudProblem(`This server is not set up for ${region === null ? 'the default AWS region' : `the AWS region ${region}`} any more.`);
  };
  const remove = ({ runId, ids, region }: Pick<Fleet, 'runId' | 'ids' | 'region'>) => removeRun(regionOf({ region }), familyOf(host.installation, runId), ids);

  return {
    async health(signal) {
      const found = await Promise.all([...regions.values()].map((region) => clusterOf(region, signal)));
      return { identity: found[0]?.arn ?? null, problem: found.find(({ problem }) => problem !== null)?.problem ?? null };
    },
    launch: (order, signal) => launchFleet(regionOf(order), settings, host, order, signal),
    follow: (fleet, tell, signal) => followFleet(regionOf(fleet), fleet, tell, signal),
    stop: (fleet) => stopTasks(regionOf(fleet), fleet.ids),
    async *stored(fleet, shard, signal) {
      const arn = fleet.ids[shard];
      if (arn !== undefined) yield* storedLines(regionOf(fleet), streamOf(fleet.runId, arn), signal);
    },
    remove,
    async sweep(isLive, signal) {
      const ended: string[] = [];
      for (const region of regions.values()) {
        const found = await runsIn(region, host.installation, signal);
        ended.push(...(await sweepDead({ found: [...found].map((runId) => ({ runId, ids: [], region: region.key })), isLive, remove, log: host.log })));
      }
      return ended;
    },
    async close() {
      for (const { ecs, logs } of regions.values()) {
        ecs.destroy();
        logs.destroy();
      }
    },
  };
}

async function clusterOf({ ecs, cluster = '', key }: Region, signal: AbortSignal): Promise<{ readonly arn: string | null; readonly problem: string | null }> {
  const { clusters: [found] = [] } = await asked('ecs:DescribeClusters', () => ecs.describeClusters({ clusters: [cluster] }, { abortSignal: signal }));
  const where = key === null ? 'the default region' : key;
  if (!found) return { arn: null, problem: `There is no ECS cluster ${cluster} in ${where}: LOAD_TESTING_AWS_CLUSTER must name one.` };
  return { arn: found.clusterArn ?? null, problem: found.status === 'ACTIVE' ? null : `The ECS cluster ${cluster} in ${where} is not active: it is ${found.status}.` };
}

/** Of this installation: those of which there is a definition, and those whose tasks live without one. */
async function runsIn(region: Region, installation: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const prefix = familyPrefix(installation);
  const runs = new Set((await familiesWith(region, prefix, signal)).map((family) => family.slice(prefix.length)));
  const arns = await livingTasks(region, { startedBy: installation }, signal);
  for (let i = 0; i < arns.length; i += MOST_DESCRIBED) {
    const { tasks = [] } = await asked('ecs:DescribeTasks', () => region.ecs.describeTasks({ cluster: region.cluster, tasks: arns.slice(i, i + MOST_DESCRIBED) }, { abortSignal: signal }));
    for (const { group } of tasks) {
      const runId = runOf(installation, group);
      if (runId !== null) runs.add(runId);
    }
  }
  return runs;
}
