/** The script of a run, as it is stored: downloaded by a link, and beside the one of the run before it. */
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { accepted, definition, planFor, settled } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';

interface Told {
  readonly previous: { readonly id: string } | null;
  readonly script: { readonly hash: string; readonly files: readonly { readonly path: string; readonly text: string }[]; readonly downloadUrl: string | null };
}
const told = async (server: TestServer, id: string) => (await server.query<{ loadTestRun: Told }>('query ($id: ID!) { loadTestRun(id: $id) { previous { id } script { hash files { path text } downloadUrl } } }', { id })).loadTestRun;

test('is a zip of its files, to the byte the same each time, by a link that nobody else can make; a draft has none', async () => {
  await using server = await testServer({ tools: await misbehavingLocust('exit 1') });
  // The files of a large definition come in parts.
  const large = definition.replace('result = 1', `result = 1 # ${'Größe '.repeat(100_000)}`);
  const id = await accepted(server, { framework: 'locust', workflow: { definition: large }, plan: planFor('http://127.0.0.1:9') });
  await settled(server, id);
  const { script } = await told(server, id);
  const answer = await fetch(server.url + script.downloadUrl);
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([200, 'application/zip', expect.stringMatching(/^attachment; filename="load-test-[\dT-]+\.script\.zip"$/)]);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const files = Object.entries(unzipSync(bytes)).map(([path, content]) => ({ path, text: Buffer.from(content).toString() }));
  const folder = `load-test-locust-${script.hash.slice(0, 8)}`;
  expect(files).toEqual(script.files.map(({ path, text }) => ({ path: `${folder}/${path}`, text })));
  const again = await fetch(server.url + (await told(server, id)).script.downloadUrl);
  expect(Buffer.from(await again.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
  expect((await fetch(server.url + script.downloadUrl?.replace(/.(?=.{40}\/script\.zip$)/, (letter) => (letter === 'A' ? 'B' : 'A')))).status).toBe(404);
  const input = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') };
  expect(await server.query('mutation ($input: GenerateScriptInput!) { generateScript(input: $input) { ... on Script { downloadUrl } } }', { input })).toEqual({ generateScript: { downloadUrl: null } });
  expect(server.errors).toEqual([]);
});

test('has before it that of the run before of the same test', async () => {
  await using server = await testServer({ tools: await misbehavingLocust('exit 1') });
  const input = { name: 'Nightly', framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') };
  const { saveLoadTest } = await server.query<{ saveLoadTest: { id: string } }>('mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } } }', { input });
  const run = async (of: object) => {
    const id = await accepted(server, of);
    await settled(server, id);
    return id;
  };
  const first = await run({ loadTestId: saveLoadTest.id });
  await run({ framework: 'locust', workflow: { definition }, plan: input.plan });
  const second = await run({ loadTestId: saveLoadTest.id });
  expect([(await told(server, first)).previous, (await told(server, second)).previous]).toEqual([null, { id: first }]);
});
