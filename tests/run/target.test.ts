/** Names that lead where no load may go: refused before anything is sent, by a server for which they do lead there. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embeddedIn } from '../helpers/embedded.ts';
import { bubblewrap, type Hosts, hosts } from '../helpers/hosts.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { definition, planFor, REFUSAL, type RefusalAnswer } from '../helpers/runs.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

describe.skipIf(!bubblewrap)('the name of a target (needs bubblewrap)', () => {
  let dataFolder: string;
  let names: Hosts;
  let url: string;
  let stop: () => Promise<unknown>;
  beforeAll(async () => {
    dataFolder = await mkdtemp(path.join(tmpdir(), 'target-'));
    await embeddedIn(path.join(dataFolder, 'database'));
    names = await hosts({ 'here.localhost': '127.0.0.1', 'meta.localhost': '169.254.169.254', 'elsewhere.localhost': '192.0.2.1' });
    const tool = await (await misbehavingLocust('exit 1')).find('locust');
    if (!tool.available) throw new Error('no tool');
    const [program = '', ...args] = [...names.prefix, process.execPath, path.join(import.meta.dirname, '../helpers/killable.ts'), dataFolder, tool.executable];
    const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    server.stdout.on('data', (chunk: Buffer) => { said += chunk; });
    const exited = new Promise((resolve) => server.once('exit', resolve));
    stop = async () => {
      server.kill('SIGKILL');
      await exited;
    };
    url = await until('the server is there', () => /^http:\S+$/m.exec(said)?.[0]);
  });
  afterAll(async () => {
    await stop();
    await names[Symbol.asyncDispose]();
    await rm(dataFolder, { recursive: true, force: true });
    await until('nothing is left', () => childProcesses().length === 0);
  });

  async function started(baseUrl: string): Promise<{ readonly id?: string } & Partial<RefusalAnswer>> {
    const query = `mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } ${REFUSAL} } }`;
    const input = { framework: 'locust', workflow: { definition }, plan: planFor(baseUrl) };
    const answer = await fetch(`${url}/plugins/load-testing/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables: { input } }) });
    return ((await answer.json()) as { data: { startRun: { id?: string } } }).data.startRun;
  }

  test.for([
    ['meta.localhost', 'meta.localhost leads to 169.254.169.254, a link-local or metadata address; load is never sent there.'],
    ['elsewhere.localhost', "elsewhere.localhost leads to 192.0.2.1 here, which is not this machine's loopback address; load may not be sent there."],
  ] as const)('%s is refused with where it leads', async ([name, message]) => {
    expect(await started(`http://${name}:8000/api`)).toMatchObject({ code: 'target_not_allowed', message, problems: [{ path: 'target.baseUrl', message }] });
  });

  test.for(['here.localhost', 'nowhere.localhost'])('%s is not: it leads to this machine, or nowhere', async (name) => {
    expect((await started(`http://${name}:8000`)).id).toBeDefined();
  });
});
