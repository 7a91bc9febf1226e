/** A task of Fargate: its states in the order and with the words of the real one, in a tenth of the time. */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Task as Described, RunTaskCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { type Container, startContainer } from '../container.ts';
import { driverOf, type LogDriver, type LogGroups } from './log-driver.ts';

/** What goes wrong on its way to a running container; null: nothing. */
export type Fate = { readonly stoppedReason: string; readonly stopCode?: Described['stopCode'] } | null;

export interface TaskOptions {
  readonly arn: string;
  readonly clusterArn: string;
  readonly definition: TaskDefinition;
  readonly input: RunTaskCommandInput;
  /** Of all tasks of the bed. */
  readonly folder: string;
  readonly image: Readonly<Record<string, string>>;
  readonly logs: LogGroups;
  /** ARN -> value. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly fate: Fate;
}

const STEP_MS = 200;

export class Task {
  readonly runId: string;
  /** When all is over. */
  readonly over: Promise<void>;
  readonly #options: TaskOptions;
  readonly #stopped = new AbortController();
  #container: Container | null = null;
  #status = 'PROVISIONING';
  #end: Pick<Described, 'stopCode' | 'stoppedReason'> | null = null;
  #exitCode: number | undefined;
  #reason: string | undefined;

  constructor(options: TaskOptions) {
    this.#options = options;
    this.runId = options.definition.family?.slice(-36) ?? '';
    this.over = this.#live();
  }

  get isOver(): boolean {
    return this.#status === 'STOPPED';
  }

  /** Any process of it lives, by what the machine shows. */
  get isAlive(): boolean {
    return this.#container?.isAlive ?? false;
  }

  get shard(): number {
    return Number(this.#environment['LOAD_TEST_SHARD_INDEX']);
  }

  get described(): Described {
    const { arn, clusterArn, definition, input } = this.#options;
    const name = definition.containerDefinitions?.[0]?.name;
    return {
      taskArn: arn, clusterArn, taskDefinitionArn: definition.taskDefinitionArn, group: `family:${definition.family}`, startedBy: input.startedBy, launchType: 'FARGATE',
      lastStatus: this.#status, desiredStatus: this.#end ? 'STOPPED' : 'RUNNING', ...this.#end, overrides: input.overrides as NonNullable<Described['overrides']>,
      containers: [{ name, lastStatus: this.#exitCode === undefined ? this.#status : 'STOPPED', exitCode: this.#exitCode, reason: this.#reason }],
    };
  }

  stop(reason: string): void {
    if (this.#end) return;
    this.#end = { stopCode: 'UserInitiated', stoppedReason: reason };
    this.#stopped.abort();
    this.#container?.end(this.#stopMs);
  }

  /** As if its machine had failed. @param reason of the container, where ECS gives one */
  kill(reason?: string): void {
    this.#reason = reason;
    this.#container?.kill();
  }

  async #live(): Promise<void> {
    const { fate } = this.#options;
    await this.#step('PENDING');
    await this.#step('ACTIVATING');
    const driver = driverOf(this.#options);
    const missing = this.#missingSecret ?? driver.problem;
    if (!this.#end && (fate || missing)) this.#end = { stopCode: 'TaskFailedToStart', ...(fate ?? { stoppedReason: `ResourceInitializationError: ${missing}` }) };
    if (!this.#end) await this.#run(driver);
    this.#status = 'DEPROVISIONING';
    await delay(STEP_MS);
    this.#status = 'STOPPED';
  }

  async #run(driver: LogDriver): Promise<void> {
    const { arn, folder: root, image } = this.#options;
    await driver.open();
    if (this.#end) return;
    this.#container = await startContainer({ runId: this.runId, folder: path.join(root, path.basename(arn)), env: { ...image, ...this.#environment }, onLine: (line) => driver.write(line) });
    this.#status = 'RUNNING';
    if (this.#end) this.#container.end(this.#stopMs);
    const { code: exitCode } = await this.#container.exit;
    await driver.close();
    this.#exitCode = exitCode;
    this.#end ??= { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };
  }

  async #step(next: string): Promise<void> {
    await delay(STEP_MS, undefined, { signal: this.#stopped.signal }).catch(() => {});
    if (!this.#end) this.#status = next;
  }

  get #stopMs(): number {
    return (this.#options.definition.containerDefinitions?.[0]?.stopTimeout ?? 30) * 1000;
  }

  get #environment(): Record<string, string> {
    const { definition, input, secrets } = this.#options;
    const [container] = definition.containerDefinitions ?? [];
    const pairs = [...(container?.environment ?? []), ...(input.overrides?.containerOverrides?.[0]?.environment ?? [])].map(({ name = '', value = '' }) => [name, value]);
    return { ...Object.fromEntries(pairs), ...Object.fromEntries((container?.secrets ?? []).map(({ name = '', valueFrom = '' }) => [name, secrets[valueFrom] ?? ''])) };
  }

  get #missingSecret(): string | null {
    const missing = this.#options.definition.containerDefinitions?.[0]?.secrets?.find(({ valueFrom = '' }) => !(valueFrom in this.#options.secrets));
    return missing ? `unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: ResourceNotFoundException: Secrets Manager can't find the specified secret. ${missing.valueFrom}` : null;
  }
}
