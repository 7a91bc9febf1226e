/**
 * The stand-in host behind `npm start`: a page with workflows, the panel in a drawer, and a demo target that behaves like a
 * Studio and a Kailash server and knows what it received. For trying the product; it knows one user and listens on loopback.
 */
import path from 'node:path';
import pino from 'pino';
import { activate } from './activate.ts';
import { type Config, readConfig } from './config.ts';
import { gatewayWorkflows } from './demo/demo-workflows.ts';
import { hostRoutes } from './demo/host-routes.ts';
import { hostPage } from './demo/page.ts';
import { type DemoTargetApart, startDemoTargetApart } from './demo/apart.ts';
import { prepareDataFolder } from './data-folder.ts';
import { openWorkflowStore } from './demo/workflow-store.ts';
import type { Host, Viewer } from './host.ts';

const you: Viewer = { id: 'you', name: 'You', organizationId: 'local', permissions: ['load-testing:read', 'load-testing:run'] };
const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const config: Config = readConfig();
  await prepareDataFolder(config.dataFolder);
  const target = await startTarget(config.port);
  const workflows = await openWorkflowStore(path.join(config.dataFolder, 'workflows'));
  const log = pino({ level: 'warn' }, pino.destination(2));
  const host: Host = {
    identify: async () => you,
    workflows: { list: async () => workflows.list().flatMap(({ id }) => workflows.get(id) ?? []), get: async (_viewer, id) => workflows.get(id) },
    // Only variables that are meant for it: a token of something else must never reach a target.
    secrets: { get: async (_viewer, name) => (name.startsWith('LOAD_TEST_') ? (config.environment[name] ?? null) : null) },
    target: { baseUrl: target.url },
    log,
  };
  const server = await activate(host, { config, report: say, hostRoutes: hostRoutes(workflows, hostPage({ targetUrl: target.url })) });
  say(`Ready: ${server.url}`);

  const stop = async () => {
    await server.stop();
    await target.stop();
  };
  // A second signal (npm passes on what the terminal has sent already) must not end us before the runs are ended.
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
}

/** Beside the server's own port, so that tests that were saved find it again; a free one where that is taken. */
async function startTarget(port: number): Promise<DemoTargetApart> {
  const workflows = gatewayWorkflows();
  try {
    return await startDemoTargetApart({ workflows, port: port === 0 ? 0 : port + 1 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return startDemoTargetApart({ workflows });
  }
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

await main().catch(fail);
