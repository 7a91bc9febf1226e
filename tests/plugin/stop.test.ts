import { expect, test } from 'vitest';
import { childProcesses } from '../helpers/leaks.ts';
import { definition } from '../helpers/runs.ts';
import { startStandalone } from '../helpers/standalone.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

test('npm start that is told to end twice waits for its run to end all the same, and leaves nothing', { timeout: 120_000 }, async () => {
  const tool = await (await misbehavingLocust(`trap '' INT; begin; while :; do request 100000 5000 ok; sleep 0.2; done`)).find('locust');
  if (!tool.available) throw new Error('no tool');
  {
    await using standalone = await startStandalone({ LOCUST_PATH: tool.executable, LOAD_TESTING_STOP_GRACE_MS: '1500' });
    const input = { framework: 'locust', workflow: { definition }, plan: { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9' }, load: { preset: { key: 'constant', users: 1, durationMs: 60_000 } } } };
    await fetch(`${standalone.url}/plugins/load-testing/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'mutation ($input: StartRunInput!) { startRun(input: $input) { __typename } }', variables: { input } }),
    });
    await until('the tool runs', () => childProcesses().some((line) => line.includes(tool.executable) && line.includes('--headless')));
    process.kill(standalone.pid, 'SIGINT');
    await until('it is ending', () => fetch(`${standalone.url}/healthz`).then(({ ok }) => !ok, () => true));
    process.kill(standalone.pid, 'SIGINT');
  } // ends with code 0, or throws
  expect(childProcesses()).toEqual([]);
});
