/** Where the tests find tools, a browser and a database: what is missing is skipped by name. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { openTools } from '../../server/tools/tools.ts';
import { frameworks } from '../../templates/index.ts';

const root = path.resolve(import.meta.dirname, '../..');

export const toolsFolder = path.join(root, '.load-testing/tools');
export const searchPath = [path.dirname(process.execPath), process.env['PATH'] ?? ''].join(path.delimiter);
export const explicit = { LOCUST_PATH: process.env['LOCUST_PATH'], ARTILLERY_PATH: process.env['ARTILLERY_PATH'], K6_PATH: process.env['K6_PATH'] };

export const tools = openTools({ toolsFolder, searchPath, explicit });

/** Path of the tool, or null with the reason on standard error: the test that needs it is skipped by name. */
export async function toolPath(key: string): Promise<string | null> {
  const found = await tools.find(key);
  return found.available ? found.executable : null;
}

/** Explicit paths of those that are here: what a shard of this machine finds them by. */
export async function preparedPaths(): Promise<Record<string, string>> {
  const found = await Promise.all(frameworks.map(async ({ key, tool }) => [tool.pathVariable, await toolPath(key)] as const));
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== null));
}

export const chromium = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => p && existsSync(p)) ?? null;

export const databaseUrl = process.env['DATABASE_URL'] || null;
