/** A tool as it is started for a run, and for the check before it: in its folder, its sandbox and its own group, with its samples open for reading. */
import type { Readable } from 'node:stream';
import type { Framework } from '../../templates/framework.ts';
import { endGroup, endWithHome } from '../process/end.ts';
import { openFifo } from '../process/fifo.ts';
import { type Started, type StartOptions, start } from '../process/start.ts';
import { homeOf, type RunFolder } from './folder.ts';
import type { Sandbox } from './sandbox.ts';

export interface Launch {
  readonly framework: Framework;
  readonly executable: string;
  /** null: not known. */
  readonly version: string | null;
  readonly entryFile: string;
  /** Variables that the script reads. */
  readonly variables: Readonly<Record<string, string>>;
  /** Besides them, and no secrets. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder: RunFolder;
  readonly sandbox: Sandbox;
  readonly stopGraceMs: number;
  onTrouble(error: unknown): void;
}

export interface Launched extends Omit<Started, 'descriptor'> {
  readonly samples: Readable;
  /** Ends what lives of it, in its group and outside. Once: afterwards its pid may be somebody else's. */
  end(graceMs: number): Promise<void>;
}

/** @param resources at their end no member of the group lives, and nothing is open */
export async function launch({ framework, executable, version, entryFile, variables, environment, folder, sandbox, stopGraceMs, onTrouble }: Launch, resources: AsyncDisposableStack): Promise<Launched> {
  const command = framework.run({ executable, folder: folder.path, entryFile, fifo: folder.fifo, ...(version ? { version } : {}) });
  const fifo = command.samples === 'fifo' ? await openFifo(folder.fifo) : null;
  if (fifo) resources.defer(() => void fifo.destroy());
  const env = { ...variables, ...environment, ...folder.environment, ...command.env };
  const tool = startIn(folder, { ...sandbox.wrap(command, folder.base), env, descriptor: fifo === null, graceMs: stopGraceMs, onTrouble }, resources);
  const samples: Readable | null = fifo ?? tool.descriptor;
  if (!samples) throw new Error('a tool writes its samples to descriptor 3 or to a FIFO');
  return { ...tool, samples, exit: tool.exit.then((exit) => sandbox.exitOf(exit)) };
}

type StartInOptions = Omit<StartOptions, 'cwd' | 'ownHome'> & Pick<Launch, 'onTrouble'>;

/** Of a private folder: whatever was started with its HOME can be told, and ended. */
export function startIn(folder: RunFolder, { onTrouble, ...options }: StartInOptions, resources: AsyncDisposableStack): Started & Pick<Launched, 'end'> {
  const home = homeOf(folder.base);
  const tool = start({ ...options, cwd: folder.path, ownHome: home });
  let ended = tool.pid === null;
  const end = async (graceMs: number) => {
    if (ended || tool.pid === null) return;
    await endGroup(tool.pid, graceMs);
    await endWithHome(home);
    ended = true;
  };
  resources.defer(() => end(0).catch(onTrouble));
  return { ...tool, end };
}
