/** A server in a process of its own, which a test can kill: `node killable.ts <data folder> <locust> [<database address> [<more options as JSON>]]`. Prints its address. */
import path from 'node:path';
import type { Host } from '../../plugin/host.ts';
import { type ServerOptions, startServer } from '../../server/start.ts';
import { openTools } from '../../server/tools/tools.ts';
import { LIMITS } from './limits.ts';
import { searchPath, toolsFolder } from './places.ts';

const [dataFolder = '', locust = '', databaseUrl = '', more = '{}'] = process.argv.slice(2);
const ada = { id: 'ada', name: 'ada', organizationId: 'north', permissions: ['load-testing:read', 'load-testing:run'] };
const host: Host = {
  identify: async () => ada,
  workflows: { list: async () => [], get: async () => null },
  secrets: { get: async () => null },
  target: null,
  log: { info() {}, warn() {}, error: (fields, message) => console.error(message, fields) },
};
const server = await startServer({
  host,
  listen: { host: '127.0.0.1', port: 0 },
  database: databaseUrl ? { url: databaseUrl } : { folder: path.join(dataFolder, 'database') },
  encryptionKeys: [Buffer.alloc(32, 7)],
  tools: openTools({ toolsFolder, searchPath, explicit: { LOCUST_PATH: locust } }),
  limits: LIMITS,
  dataFolder,
  searchPath,
  stopGraceMs: 300,
  selfCheck: false,
  ...(JSON.parse(more) as Partial<ServerOptions>),
});
console.log(server.url);
