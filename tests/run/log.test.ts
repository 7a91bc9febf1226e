/** What a tool prints is kept: bounded, without secrets, live and as a file. */
import { afterEach, describe, expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';
import { FURTHER_LATER } from '../../server/run/log/keep.ts';
import { linkedBy, linkTo } from '../../server/links.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { accepted, definition, planFor, settled, stop } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';

afterEach(() => expect(childProcesses()).toEqual([]));

const target = { preset: 'studio', baseUrl: 'http://127.0.0.1:9', auth: { bearer: { variable: 'LOAD_TEST_TOKEN' } } };
const input = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9', { target }), environment: [{ name: 'LOAD_TEST_TOKEN', value: 'sesame-4711' }] };
const LOG = 'subscription ($id: ID!, $after: Int) { runLog(runId: $id, afterLine: $after) { nextLine lines } }';
interface Answer {
  readonly runLog: { readonly nextLine: number; readonly lines: readonly string[] };
}

async function logOf(server: TestServer, id: string, after?: number): Promise<{ lines: string[]; next: number }> {
  const lines: string[] = [];
  let next = 0;
  for await (const { runLog } of server.subscribe<Answer>(LOG, { id, after })) {
    lines.push(...runLog.lines);
    next = runLog.nextLine;
  }
  return { lines, next };
}

describe('the log of a run', () => {
  test('has the lines of both outputs as they were printed, but for secrets, colours and what no database keeps', async () => {
    await using server = await testServer({ tools: await misbehavingLocust(`printf '\\033[31mred\\033[0m\\n  indented \\000\\n'; echo "token $LOAD_TEST_TOKEN" >&2; printf 'no end'; exit 1`) });
    const id = await accepted(server, input);
    await settled(server, id);
    const { lines, next } = await logOf(server, id);
    expect([...lines].sort()).toEqual(['  indented', 'no end', 'red', 'token ***']);
    expect(next).toBe(4);
    expect((await logOf(server, id, 3)).lines).toEqual(lines.slice(3));
    expect((await logOf(server, id, 99)).lines).toEqual([]);
    expect(server.errors).toEqual([]);
  });

  test('is told while the run goes on, and whoever comes back asks for what is next', async () => {
    await using server = await testServer({ stopGraceMs: 300, tools: await misbehavingLocust('begin; i=0; while :; do echo "line $i"; i=$((i + 1)); request 100000 5000 ok; sleep 0.2; done') });
    const id = await accepted(server, input);
    const seen: string[] = [];
    let after = 0;
    while (seen.length < 8)
      for await (const { runLog } of server.subscribe<Answer>(LOG, { id, after })) {
        seen.push(...runLog.lines);
        after = runLog.nextLine;
        if (runLog.lines.length > 0) break; // and comes back
      }
    await stop(server, id);
    await settled(server, id);
    expect(seen).toEqual(seen.map((_, i) => `line ${i}`));
    expect((await logOf(server, id)).lines.slice(0, seen.length)).toEqual(seen);
  });

  test('of a tool that prints without end keeps the first lines and the last ones, and says how many are left out; as a file too', async () => {
    await using server = await testServer({ tools: await misbehavingLocust('seq 1 100000; exit 1') });
    const id = await accepted(server, input);
    const run = await settled(server, id);
    expect(run.ending).toMatchObject({ cause: 'tool_broke' });
    const { lines } = await logOf(server, id);
    expect([lines.length, lines[0], lines[999], lines[1000], lines[1001], lines[1002], lines[2001]]).toEqual([2002, '1', '1000', FURTHER_LATER, '... 98000 lines are left out ...', '99001', '100000']);
    const { loadTestRun } = await server.query<{ loadTestRun: { logUrl: string } }>('query ($id: ID!) { loadTestRun(id: $id) { logUrl } }', { id });
    const file = await fetch(server.url + loadTestRun.logUrl);
    expect([file.status, file.headers.get('content-disposition'), await file.text()]).toEqual([200, expect.stringMatching(/^attachment; filename="load-test-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.log\.txt"$/), lines.map((line) => `${line}\n`).join('')]);
    const changed = loadTestRun.logUrl.replace(/.(?=.{40}\/log\.txt$)/, (letter) => (letter === 'A' ? 'B' : 'A'));
    expect((await fetch(server.url + changed)).status).toBe(404);
  });

  test('as a file is named after the test, or the workflow', async () => {
    const workflows = [{ id: 'wf-1', name: 'Price lookup (EU)', definition }];
    await using server = await testServer({ workflows, tools: await misbehavingLocust('echo hello; exit 1') });
    const savedAs = async (more: object) => {
      const { framework, plan, environment } = input;
      const id = await accepted(server, { environment, ...('loadTestId' in more ? {} : { framework, plan }), ...more });
      await settled(server, id);
      const { loadTestRun } = await server.query<{ loadTestRun: { logUrl: string } }>('query ($id: ID!) { loadTestRun(id: $id) { logUrl } }', { id });
      return (await fetch(server.url + loadTestRun.logUrl)).headers.get('content-disposition')?.replace(/\d{4}-.*(?=\.log)/, 'THEN');
    };
    const { saveLoadTest } = await server.query<{ saveLoadTest: { id: string } }>(
      'mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } ... on Refusal { message } } }',
      { input: { name: 'Früh "am"; Morgen/../x', framework: 'locust', workflow: { id: 'wf-1' }, plan: input.plan } },
    );
    expect(await savedAs({ loadTestId: saveLoadTest.id })).toBe('attachment; filename="Fruh-am-Morgen-x-THEN.log.txt"');
    expect(await savedAs({ workflow: { id: 'wf-1' } })).toBe('attachment; filename="Price-lookup-EU-THEN.log.txt"');
  });

  test('is nothing for another organization', async () => {
    await using server = await testServer({ tools: await misbehavingLocust('echo hello; exit 1') });
    const id = await accepted(server, input);
    await settled(server, id);
    await expect(server.subscribe(LOG, { id }, 'bob').next()).rejects.toThrow('not_found');
  });
});

test('a link is valid for ten minutes, and only with the key that it was made with', () => {
  const cipher = openCipher([Buffer.alloc(32, 1)]);
  const file = { organizationId: 'north', runId: 'r', file: 'log.txt', name: 'one.log.txt', title: 'One' } as const;
  const link = linkTo(cipher, file, 0);
  expect(linkedBy(cipher, link, 599_999)).toMatchObject(file);
  expect(linkedBy(cipher, link, 600_000)).toBeNull();
  expect(linkedBy(openCipher([Buffer.alloc(32, 2)]), link, 0)).toBeNull();
  expect(linkedBy(cipher, '/plugins/load-testing/files/x/log.txt', 0)).toBeNull();
});
