/** A definition of the run, and a task of it for each shard: all of them, or none. */
import type { CloudHost, Fleet, FleetOrder } from '../cloud.ts';
import { CloudProblem } from '../cloud.ts';
import { forEachShard } from '../together.ts';
import { definitionOf, familyOf, taskOf } from './definition.ts';
import { refusal } from './problems.ts';
import { asked, definitionsOf, type Region } from './region.ts';
import { removeRun } from './remove.ts';
import type { Settings } from './settings.ts';

export async function launchFleet(region: Region, settings: Settings, host: CloudHost, order: FleetOrder, signal: AbortSignal): Promise<Fleet> {
  const { runId, shards } = order;
  const ids: string[] = [];
  try {
    const definition = await registered(region, settings, host, order);
    await forEachShard(shards, (shard, end) => region.paced.add(async () => {
      end.throwIfAborted();
      ids[shard] = await started(region, taskOf(settings, host.installation, order, definition, shard));
    }), signal);
    signal.throwIfAborted();
    return { runId, shards, region: order.region, ids };
  } catch (error) {
    await removeRun(region, familyOf(host.installation, runId), Object.values(ids)).catch((trouble: unknown) => host.log.warn({ err: trouble, runId }, 'what was started of a fleet could not be ended, and is swept later'));
    throw error;
  }
}

/** ARN of the run's definition: the one that there is, or a new one. */
async function registered(region: Region, settings: Settings, host: CloudHost, order: FleetOrder): Promise<string> {
  const [there] = await definitionsOf(region, familyOf(host.installation, order.runId));
  if (there !== undefined) return there;
  const input = definitionOf(settings, host, order, await asked('ecs:RegisterTaskDefinition', () => region.ecs.config.region()));
  const { taskDefinition } = await asked('ecs:RegisterTaskDefinition', () => region.ecs.registerTaskDefinition(input));
  if (!taskDefinition?.taskDefinitionArn) throw new CloudProblem('AWS did not say which task definition it has registered.');
  return taskDefinition.taskDefinitionArn;
}

async function started({ ecs }: Region, input: ReturnType<typeof taskOf>): Promise<string> {
  const { tasks: [task] = [], failures: [failure] = [] } = await asked('ecs:RunTask', () => ecs.runTask(input));
  if (task?.taskArn) return task.taskArn;
  throw new CloudProblem(refusal([failure?.reason, failure?.detail].filter((text) => text).join(': ') || 'no reason is given', 'ecs:RunTask'));
}
