/** One pod on the node, from its start to its last status. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CoreV1Api, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { type Container, startContainer } from './container.ts';
import { commandOf } from './environment.ts';
import { NotThere } from './given.ts';
import { type Log, openLog } from './log.ts';
import { type Death, ended, type Fate, running, waiting } from './status.ts';
import { mountsOf } from './volumes.ts';

export interface PodOptions {
  readonly core: CoreV1Api;
  readonly fate: Fate | null;
  readonly image: Image;
  readonly report: (status: V1PodStatus) => Promise<void>;
}

/** What an image says of the program in it. */
export interface Image {
  readonly entrypoint: readonly string[];
  readonly workingDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningPod {
  readonly pod: V1Pod;
  /** null: its container has not started. */
  log(): Log | null;
  /** SIGTERM, and SIGKILL when the grace is over. */
  stop(graceSeconds: number): void;
  kill(death: Death | null): void;
  /** Its container has started, and not ended. */
  lives(): boolean;
  /** Its last status is told. */
  readonly over: Promise<void>;
}

/** The kubelet looks again as often as it likes. */
const AGAIN_MS = 100;

export function runPod(pod: V1Pod, { core, fate, image, report }: PodOptions): RunningPod {
  const log = openLog();
  const stopped = new AbortController();
  let container: Container | null = null;
  let death: Death | null = null;
  let asked: 'SIGTERM' | 'SIGKILL' | null = null;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;

  const send = (name: 'SIGTERM' | 'SIGKILL') => {
    asked = name;
    stopped.abort();
    container?.signal(name);
  };

  const begin = async (folder: string): Promise<Container | null> => {
    if (fate) return neverPulled(fate);
    const [spec] = pod.spec?.containers ?? [];
    for (;;) {
      if (stopped.signal.aborted || !spec) return null;
      try {
        const mounts = await mountsOf(core, pod, spec, folder);
        const { command, env } = await commandOf(core, pod, spec, image.entrypoint);
        if (stopped.signal.aborted) return null;
        return await startContainer({ command, env: { ...image.env, ...env }, mounts, folder, workingDir: spec.workingDir ?? image.workingDir ?? '/', onLine: log.add });
      } catch (error) {
        const { message } = error as Error;
        await report(waiting(pod, error instanceof NotThere ? 'CreateContainerConfigError' : 'CreateContainerError', message));
        await delay(AGAIN_MS, null, { signal: stopped.signal }).catch(() => {});
      }
    }
  };

  const neverPulled = async ({ message }: Fate): Promise<null> => {
    const what = `Back-off pulling image "${pod.spec?.containers[0]?.image}": ErrImagePull: ${message}`;
    for (let tries = 0; !stopped.signal.aborted; tries++) {
      await report(tries % 2 === 0 ? waiting(pod, 'ErrImagePull', message) : waiting(pod, 'ImagePullBackOff', what));
      await delay(AGAIN_MS, null, { signal: stopped.signal }).catch(() => {});
    }
    return null;
  };

  const live = async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pod-'));
    try {
      await report(waiting(pod, 'ContainerCreating'));
      container = await begin(folder);
      if (!container) return;
      if (asked) container.signal(asked);
      const startedAt = new Date();
      await report(running(pod, startedAt));
      const code = await container.exit;
      log.end();
      let said = '';
      log.read({ tailLines: 80, since: null, timestamps: false }, (text) => { said = text; }, null);
      await report(ended(pod, startedAt, code, death, said));
    } finally {
      isOver = true;
      clearTimeout(timer);
      await rm(folder, { recursive: true, force: true });
    }
  };

  const stop = (graceSeconds: number) => {
    if (isOver || asked) return;
    send('SIGTERM');
    timer = setTimeout(() => send('SIGKILL'), graceSeconds * 1000);
  };

  return {
    pod,
    log: () => (container ? log : null),
    stop,
    kill(how) {
      death ??= how;
      if (how === 'NodeShutdown') stop(pod.spec?.terminationGracePeriodSeconds ?? 0);
      else send('SIGKILL');
    },
    lives: () => container !== null && !isOver,
    over: live(),
  };
}
