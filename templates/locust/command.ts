/** Command lines for a bundle in its private folder. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command, RunCommand, RunRequest } from '../framework.ts';

/** Python writes `__pycache__` into the bundle's folder unless told otherwise. */
const QUIET = { PYTHONDONTWRITEBYTECODE: '1' };

export function runCommand({ executable, folder, entryFile }: RunRequest): RunCommand {
  return {
    file: executable,
    // Absolute: Locust also takes URLs here, and runs what it finds there. No tables while it runs: nobody reads them.
    args: ['-f', path.join(folder, entryFile), '--headless', '--only-summary'],
    env: { ...QUIET, LOAD_TEST_SAMPLES: 'fd:3' },
    samples: 'descriptor',
  };
}

/** Syntax of the script, and an import of everything it needs: `--list` ends before Locust starts anything. */
export function checkCommands({ executable, folder, entryFile }: RunRequest): Command[] {
  const script = path.join(folder, entryFile);
  return [
    { file: pythonOf(executable), args: ['-m', 'py_compile', script], env: QUIET },
    { file: executable, args: ['-f', script, '--list'], env: QUIET },
  ];
}

/** The Python of the environment that Locust is installed in; else the one on PATH, which is enough to compile. */
function pythonOf(executable: string): string {
  const beside = path.join(path.dirname(executable), 'python');
  return existsSync(beside) ? beside : 'python3';
}
