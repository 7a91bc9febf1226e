/** Reports by their links: as an integrator gets them. */
import { expect, test } from 'vitest';
import { ordinaryPlan } from '../helpers/reported.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { accepted, definition, planFor, settled, stop } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';

const plan = ordinaryPlan({ target: { preset: 'custom', baseUrl: 'http://127.0.0.1:8000', path: '/run', body: '{"of": "nobody else"}', headers: [{ name: 'x-tenant', value: 'nobody else' }] }, inputs: { fixed: '{"of": "nobody else"}' } });

async function brought(server: TestServer): Promise<string> {
  const begin = ['begin', 1, 'locust', '2.47.0', 1_772_359_200_000, { planHash: resolvePlan(plan).hash, workflowHash: 'a'.repeat(64), scriptHash: 'b'.repeat(64), plan, host: { os: 'linux', cpus: 2 } }];
  const requests = Array.from({ length: 200 }, (_, i) => ['req', i * 200_000, 'execute', 20_000 + i, i % 50 === 0 ? 'http_5xx' : 'ok', 200, { exec: true }]);
  const text = [begin, ...requests, ['end', 'planned', 200, 0, 0, 0, 0]].map((line) => JSON.stringify(line)).join('\n');
  const { importResults } = await server.query<{ importResults: { id: string } }>('mutation ($input: ImportResultsInput!) { importResults(input: $input) { ... on LoadTestRun { id } ... on Refusal { message } } }', { input: { fileName: 'from CI.ndjson', text: `${text}\n` } });
  return importResults.id;
}

async function links(server: TestServer, id: string): Promise<Record<string, string>> {
  const { loadTestRun } = await server.query<{ loadTestRun: { reports: { format: string; url: string }[] } }>('query ($id: ID!) { loadTestRun(id: $id) { reports { format url } } }', { id });
  return Object.fromEntries(loadTestRun.reports.map(({ format, url }) => [format, url]));
}

test('each has its type, a name to be saved under, and a page that can do nothing', async () => {
  await using server = await testServer();
  const urls = await links(server, await brought(server));
  const heads = Object.fromEntries(
    await Promise.all(
      Object.entries(urls).map(async ([format, url]) => {
        const { status, headers } = await fetch(server.url + url);
        return [format, [status, headers.get('content-type'), headers.get('content-disposition'), headers.get('x-content-type-options')]];
      }),
    ),
  );
  const named = (name: string) => `filename="load-test-2026-03-01T10-00-00.${name}"`;
  expect(heads).toEqual({
    html: [200, 'text/html; charset=utf-8', `inline; ${named('report.html')}`, 'nosniff'],
    junit: [200, 'application/xml; charset=utf-8', `attachment; ${named('junit.xml')}`, 'nosniff'],
    csv: [200, 'text/csv; charset=utf-8; header=present', `attachment; ${named('intervals.csv')}`, 'nosniff'],
    json: [200, 'application/json; charset=utf-8', `attachment; ${named('run.json')}`, 'nosniff'],
  });
  const page = await fetch(server.url + urls['html']);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; img-src data:/);
  expect(await page.text()).toContain('from CI.ndjson (sample lines)');
  const changed = urls['csv']?.replace(/.(?=.{40}\/intervals\.csv$)/, (letter) => (letter === 'A' ? 'B' : 'A'));
  expect((await fetch(server.url + changed)).status).toBe(404);
  expect(server.errors).toEqual([]);
});

const LATENCY = 'latency { count censored atLeast minMs meanMs p50Ms p90Ms p95Ms p99Ms p999Ms maxMs }';
const FAILURES = 'failures { class count example }';
const SUMMARY = `{ executions failedExecutions errorRatio throughputPerSecond requests failedRequests requestRatePerSecond durationMs iterationsStarted iterationsDropped iterationsInterrupted inFlightAtEnd newConnections linesUnreadable checksPassed checksFailed linesLost ${LATENCY} }`;
const RUN = `{ id state moves { from to at cause } ending { cause message exitCode } verdict verdictReasons verdictReasonCodes framework frameworkVersion place imported workflowId workflowHash baselineHash planHash repeatGroup startedBy plannedDurationMs startedAt finishedAt foldedAt
  summary ${SUMMARY} steady ${SUMMARY} capacity { ratePerSecond users limitedBy reason } requests { name requests failed errorRatio ${LATENCY} ${FAILURES} }
  objectives { metric statistic comparison value maxChangeRatio requestName during measured baseline baselineAtLeast verdict margin samples needed slower allowed reasonCode reason }
  metrics(maxPoints: 600) { sequence at offsetMs seconds requestName executions requests failed ${FAILURES} throughputPerSecond users inFlight dropped latenessMs cpuRatio plannedUsers plannedRatePerSecond ${LATENCY} histogram }
  generator { cpuRatio memoryBytes achievedRatio latenessP99Ms floorP50Ms floorP99Ms sameMachineAsTarget isolation saturated reasons } warnings notes { text by at } }`;

test('the JSON says what the API says, in its words, without what is sent', async () => {
  await using server = await testServer();
  const id = await brought(server);
  const { loadTestRun } = await server.query<{ loadTestRun: { metrics: unknown[] } }>(`query ($id: ID!) { loadTestRun(id: $id) ${RUN} }`, { id });
  const text = await (await fetch(server.url + (await links(server, id))['json'])).text();
  const { title, importedFrom, plan: shared, ...run } = JSON.parse(text);
  expect(loadTestRun.metrics).toHaveLength(40);
  expect(run).toEqual(loadTestRun);
  expect([title, importedFrom]).toEqual(['Load test', { fileName: 'from CI.ndjson', format: 'sample lines', durationMs: null, told: [] }]);
  expect(shared.target).toEqual({ preset: 'custom', baseUrl: 'http://127.0.0.1:8000', path: '/run', headers: [{ name: 'x-tenant' }] });
  expect(text).not.toContain('nobody else');
});

test('a run that is not over has none, and of another organization nobody sees any', async () => {
  await using server = await testServer({ stopGraceMs: 300, tools: await misbehavingLocust('begin; while :; do request 100000 5000 ok; sleep 0.1; done') });
  const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') });
  expect(await links(server, id)).toEqual({});
  await stop(server, id);
  await settled(server, id);
  expect(Object.keys(await links(server, id))).toEqual(['html', 'junit', 'csv', 'json']);
  expect(await server.query('query ($id: ID!) { loadTestRun(id: $id) { reports { url } } }', { id }, 'bob')).toEqual({ loadTestRun: null });
});
