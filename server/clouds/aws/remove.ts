/** The end of a run at ECS: its tasks are told to stop, and its definition, which holds the script, is deleted. Its log stays, as long as its log group keeps it. */
import { allTried } from '../together.ts';
import { asked, definitionsOf, livingTasks, type Region } from './region.ts';

const STOPPED_BY = 'Its load test is over, or was stopped.';

/** SIGTERM, and SIGKILL after the grace that the definition says. Bears that a task is gone. */
export async function stopTasks({ ecs, cluster, paced }: Region, arns: Iterable<string>): Promise<void> {
  await allTried([...arns].map((task) => paced.add(() => asked('ecs:StopTask', async () => {
    try {
      await ecs.stopTask({ cluster, task, reason: STOPPED_BY });
    } catch (error) {
      if (!(error instanceof Error && /task was not found/.test(error.message))) throw error;
    }
  }))));
}

/** @param known tasks that a list may not show yet */
export async function removeRun(region: Region, family: string, known: readonly string[]): Promise<void> {
  const living = new Set(await livingTasks(region, { family }));
  for (const arn of await notStopped(region, known)) living.add(arn);
  await stopTasks(region, living);
  // Last: as long as it is there, a sweep finds the run.
  for (const taskDefinition of await definitionsOf(region, family)) {
    await asked('ecs:DeregisterTaskDefinition', () => region.ecs.deregisterTaskDefinition({ taskDefinition }));
    await asked('ecs:DeleteTaskDefinitions', () => region.ecs.deleteTaskDefinitions({ taskDefinitions: [taskDefinition] }));
  }
}

async function notStopped({ ecs, cluster }: Region, known: readonly string[]): Promise<string[]> {
  if (known.length === 0) return [];
  const { tasks = [] } = await asked('ecs:DescribeTasks', () => ecs.describeTasks({ cluster, tasks: [...known] }));
  const stopped = new Set(tasks.flatMap(({ taskArn, desiredStatus }) => (desiredStatus === 'STOPPED' ? [taskArn] : [])));
  return known.filter((arn) => !stopped.has(arn));
}
