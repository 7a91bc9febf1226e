/** One container group, from its order to its end: its states and events in the words of the real one, in a tenth of the time. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { groupsWith } from '../../../server/process/group.ts';
import { type Container, startContainer } from '../kubernetes/container.ts';
import { ContainerLog } from './log.ts';
import type { GroupBody } from './wire.ts';

/** What is in a container besides what its group names. */
export interface Image {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What goes wrong on its way to a running container; null: nothing. */
export type Fate = { readonly name: string; readonly message: string; readonly isFinal: boolean } | null;

export interface GroupOptions {
  readonly id: string;
  readonly body: GroupBody;
  readonly image: Image;
  readonly fate: Fate;
  /** Of all groups of the bed. */
  readonly folder: string;
  /** Its container does not begin before it settles. */
  readonly begins: Promise<unknown>;
  /** Told in the end: for how long it lived after its last line. */
  readonly stayed: (ms: number) => void;
}

const STEP_MS = 100;

export class Group {
  readonly name: string;
  readonly log = new ContainerLog();
  /** Its container has begun, or never will. */
  readonly provisioned: Promise<void>;
  /** Nothing of it runs any more. */
  readonly over: Promise<void>;
  readonly #options: GroupOptions;
  readonly #folder: string;
  readonly #events: { readonly name: string; readonly type: string; readonly message: string; readonly count: number; readonly firstTimestamp: string; readonly lastTimestamp: string }[] = [];
  readonly #ended = new AbortController();
  #container: Container | null = null;
  #provisioning = 'Pending';
  #state: Readonly<Record<string, unknown>> | null = null;
  #isStopped = false;

  constructor(options: GroupOptions) {
    this.#options = options;
    this.name = path.basename(options.id);
    this.#folder = path.join(options.folder, this.name);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.provisioned = promise;
    this.over = this.#live(resolve).finally(resolve);
  }

  get isRunning(): boolean {
    return this.#state?.['state'] === 'Running';
  }

  get isOver(): boolean {
    return this.#isStopped || this.#state?.['state'] === 'Terminated';
  }

  /** Any process of it lives, by what the machine shows. */
  get isAlive(): boolean {
    return groupsWith('HOME', this.#folder).length > 0;
  }

  get tags(): Readonly<Record<string, string>> {
    return this.#options.body.tags ?? {};
  }

  get cores(): number {
    return this.#options.body.properties.containers.reduce((sum, { properties }) => sum + properties.resources.requests.cpu, 0);
  }

  /** @param isList what containers are at is in no list */
  answer({ isList }: { readonly isList: boolean }): GroupBody {
    const { id, body } = this.#options;
    const { containers, volumes = [] } = body.properties;
    return {
      ...body,
      id,
      name: this.name,
      type: 'Microsoft.ContainerInstance/containerGroups',
      properties: {
        ...body.properties,
        provisioningState: this.#provisioning,
        // Secrets are shown to nobody.
        volumes: volumes.map((volume) => ({ ...volume, ...(volume.secret ? { secret: {} } : {}) })),
        containers: containers.map((container) => ({
          ...container,
          properties: {
            ...container.properties,
            environmentVariables: (container.properties.environmentVariables ?? []).map(({ name, value }) => ({ name, ...(value === undefined ? {} : { value }) })),
            ...(isList ? {} : { instanceView: { restartCount: 0, ...(this.#state ? { currentState: this.#state } : {}), events: this.#events } }),
          },
        })),
        ...(isList ? {} : { instanceView: { events: [], state: this.#groupState } }),
      },
    };
  }

  /** To its program, as a shell in the container sends it. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    this.#container?.signal(name);
  }

  /** As people have seen Azure do it: at once. One that has ended stays as it is. */
  stop(): void {
    if (this.#state?.['state'] === 'Terminated') return;
    this.#isStopped = true;
    this.#ended.abort();
    this.signal('SIGKILL');
  }

  get #groupState(): string {
    if (this.#state?.['state'] === 'Running') return 'Running';
    if (this.#state?.['state'] !== 'Terminated') return this.#isStopped ? 'Stopped' : this.#provisioning === 'Failed' ? 'Failed' : 'Pending';
    return this.#isStopped ? 'Stopped' : this.#state['exitCode'] === 0 ? 'Succeeded' : 'Failed';
  }

  async #live(provisioned: () => void): Promise<void> {
    const { body, image, fate, begins, stayed } = this.#options;
    const [container] = body.properties.containers;
    const name = container?.properties.image;
    await this.#wait(delay(STEP_MS));
    this.#provisioning = 'Creating';
    this.#event('Pulling', 'Normal', `pulling image "${name}"`);
    await this.#wait(begins);
    if (fate) {
      this.#event(fate.name, 'Warning', fate.message);
      if (fate.isFinal) this.#provisioning = 'Failed';
      provisioned();
      await this.#wait(new Promise(() => {}));
      return;
    }
    await this.#wait(delay(STEP_MS));
    if (this.#isStopped || !container) return;
    try {
      const { environmentVariables = [], volumeMounts = [] } = container.properties;
      const env = Object.fromEntries(environmentVariables.map(({ name, value, secureValue }) => [name, value ?? secureValue ?? '']));
      const mounts = await Promise.all(volumeMounts.map(async (mount) => ({ source: await this.#volume(mount.name), path: mount.mountPath, readOnly: mount.readOnly ?? false })));
      this.#container = await startContainer({ command: image.command, env: { ...image.env, ...env, HOME: this.#folder }, workingDir: '/', mounts, folder: this.#folder, onLine: this.log.add });
      if (this.#isStopped) this.signal('SIGKILL');
      for (const what of ['Pulled', 'Created', 'Started']) this.#event(what, 'Normal', `${what} container`);
      const startTime = new Date().toISOString();
      this.#state = { state: 'Running', startTime, detailStatus: '' };
      this.#provisioning = 'Succeeded';
      provisioned();
      const exitCode = await this.#container.exit;
      this.log.isOver = true;
      stayed(performance.now() - this.log.lastAt);
      this.#state = { state: 'Terminated', startTime, finishTime: new Date().toISOString(), exitCode, detailStatus: exitCode === 0 ? 'Completed' : 'Error' };
    } finally {
      await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  async #volume(name: string): Promise<string> {
    const volume = this.#options.body.properties.volumes?.find((one) => one.name === name);
    const folder = path.join(this.#folder, 'volumes', name);
    await mkdir(folder, { recursive: true });
    for (const [file, base64] of Object.entries(volume?.secret ?? {})) await writeFile(path.join(folder, file), Buffer.from(base64, 'base64'));
    return folder;
  }

  /** Or until it is stopped. */
  async #wait(what: Promise<unknown>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended.signal.addEventListener('abort', () => resolve(), { once: true });
    if (this.#ended.signal.aborted) resolve();
    await Promise.race([what, promise]);
  }

  #event(name: string, type: string, message: string): void {
    const at = new Date().toISOString();
    this.#events.push({ name, type, message, count: 1, firstTimestamp: at, lastTimestamp: at });
  }
}
