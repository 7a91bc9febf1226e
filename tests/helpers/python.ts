/** A Python of tests, installed once from a lock file into a folder of the tools. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { toolsFolder } from './places.ts';

export const pythonInstall = { kind: 'python', requirements: 'requirements.lock', executable: 'bin/python' } as const;

/** @param key its folder */
export function pythonOf(key: string): { readonly executable: string; readonly installed: boolean } {
  return { executable: path.join(toolsFolder, key, pythonInstall.executable), installed: existsSync(path.join(toolsFolder, key, '.installed')) };
}
