/** How Artillery is started: by this very Node, since Artillery needs 22.18 and the one on PATH may be older. */
import { closeSync, existsSync, openSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command, RunCommand, RunRequest } from '../framework.ts';

const ENVIRONMENT = {
  // Any value switches it off.
  ARTILLERY_DISABLE_TELEMETRY: '1',
  NO_COLOR: '1',
};

export function run({ executable, entryFile }: RunRequest): RunCommand {
  return { ...launch(executable, ['run', entryFile]), env: { ...ENVIRONMENT, LOAD_TEST_SAMPLES: 'fd:3' }, samples: 'descriptor' };
}

const CHECK_SCRIPT = fileURLToPath(new URL('check/check-script.ts', import.meta.url));

/**
 * First what Artillery would pass by in silence, with file and line; then Artillery reads the whole script, the processor checks that all it
 * needs is there, and the process ends before any load.
 */
export function check({ executable, entryFile }: RunRequest): readonly Command[] {
  return [
    { file: process.execPath, args: [CHECK_SCRIPT, entryFile], env: {} },
    { ...launch(executable, ['run', entryFile]), env: { ...ENVIRONMENT, LOAD_TEST_CHECK: '1' } },
  ];
}

function launch(executable: string, args: readonly string[]): Pick<Command, 'file' | 'args'> {
  const script = nodeScript(executable);
  return script === null ? { file: executable, args } : { file: process.execPath, args: [script, ...args] };
}

/** Artillery's own script behind a link or a shim of npm; null: a program of another kind, to be started as it is. */
function nodeScript(executable: string): string | null {
  const file = realpathSync(executable);
  if (/^#!.*\bnode\b/.test(firstLine(file))) return file;
  // npm's shims (Windows, wrappers of version managers) stand beside or in the folder that holds the package.
  const folder = path.dirname(file);
  return [path.join(folder, '../artillery/bin/run'), path.join(folder, 'node_modules/artillery/bin/run')].find((place) => existsSync(place)) ?? null;
}

function firstLine(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const start = Buffer.alloc(200);
    const length = readSync(descriptor, start);
    return start.toString('latin1', 0, length).split('\n', 1)[0] ?? '';
  } finally {
    closeSync(descriptor);
  }
}
