/**
 * How a Node host mounts the plugin: `const plugin = await activate(host)`. It serves the panel and the API on its own port,
 * and the host puts that behind its own address (`/plugins/load-testing/`), with `plugin.stop()` when it ends.
 */
import path from 'node:path';
import type { HostRoutes } from '../server/http.ts';
import { requireFreePort } from '../server/listen.ts';
import { type RunningServer, startServer } from '../server/start.ts';
import { prepareTools } from '../server/tools/tools.ts';
import { type Config, readConfig } from './config.ts';
import { prepareDataFolder } from './data-folder.ts';
import type { Host } from './host.ts';
import { encryptionKeys } from './key.ts';
import { preparePanel } from './panel.ts';

export interface ActivateOptions {
  readonly config?: Config;
  /** A line of progress while things are prepared, once, and of settings that are none. Default: the host's log. */
  readonly report?: (line: string) => void;
  readonly hostRoutes?: HostRoutes;
}

/** Throws one sentence when it cannot start: a wrong setting, a port in use, a database that is not there. */
export async function activate(host: Host, { config = readConfig(), report = (line) => host.log.info({}, line), hostRoutes }: ActivateOptions = {}): Promise<RunningServer> {
  const { dataFolder, searchPath, environment } = config;
  for (const name of config.unknown) report(`${name} is no setting of load testing, and is ignored.`);
  await prepareDataFolder(dataFolder);
  const listen = { host: config.host, port: config.port };
  // What is prepared below takes its time: nobody waits for it on a port that is taken.
  await requireFreePort(listen);
  const panelProblem = await preparePanel(environment, report);
  if (panelProblem !== null) throw new Error(panelProblem);
  const tools = await prepareTools({ toolsFolder: path.join(dataFolder, 'tools'), explicit: config.toolPaths, searchPath, environment, report });
  return startServer({
    host,
    listen,
    database: config.databaseUrl ? { url: config.databaseUrl } : { folder: path.join(dataFolder, 'database') },
    encryptionKeys: await encryptionKeys(config.encryptionKeys, dataFolder),
    tools,
    customTemplates: config.customTemplates,
    limits: { ...config.limits, allowedTargets: config.allowedTargets },
    keepIntervals: config.keepIntervals,
    cloudSettings: config.cloudSettings,
    toolPaths: config.toolPaths,
    dataFolder,
    searchPath,
    stopGraceMs: config.stopGraceMs,
    sandbox: config.sandbox,
    ...(hostRoutes ? { hostRoutes } : {}),
  });
}
