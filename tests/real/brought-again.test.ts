/** A run that this server watched, and the same run brought to it by the lines that its tool wrote. */
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTools } from '../../server/tools/tools.ts';
import { frameworks } from '../../templates/index.ts';
import { bring } from '../helpers/brought.ts';
import { listening } from '../helpers/listening.ts';
import { searchPath, toolPath, toolsFolder } from '../helpers/places.ts';
import { accepted, definition, planFor, settled } from '../helpers/runs.ts';
import { testServer } from '../helpers/server.ts';

/** The tool as it is, but what it tells its server goes to a file as well: by descriptor 3, or where k6 writes its console. */
const telling = (tool: string, lines: string) => `#!/bin/bash
case "$*" in
  *--console-output*) args=(); for arg in "$@"; do [[ $last == --console-output ]] && { exec 4> >(exec tee ${lines} > "$arg"); arg=/dev/fd/4; }; args+=("$arg"); last=$arg; done; set -- "\${args[@]}";;
  *) [[ -e /dev/fd/3 ]] && exec 3> >(exec tee ${lines} >&3);;
esac
exec ${tool} "$@"
`;

const SAME = `verdict planHash workflowHash frameworkVersion steady { executions failedExecutions errorRatio throughputPerSecond checksPassed latency { count minMs meanMs p50Ms p95Ms p99Ms maxMs } }
  summary { executions failedExecutions requests failedRequests iterationsStarted iterationsDropped iterationsInterrupted newConnections linesUnreadable latency { count minMs meanMs p50Ms p95Ms p99Ms maxMs } }
  objectives { metric measured verdict samples slower allowed margin } requests { name requests failed latency { p95Ms maxMs } failures { class count } } metrics { offsetMs phase: requestName }`;

for (const { key, name, tool } of frameworks) {
  const executable = await toolPath(key);
  describe.skipIf(executable === null)(`a run by ${name}`, () => {
    test('brought again by its lines has the same numbers and the same verdict', async () => {
      await using target = await listening(() => ({ headers: { 'content-type': 'application/json' }, body: '{"success":true,"result":1}' }));
      const folder = await mkdtemp(path.join(tmpdir(), 'tee-'));
      const lines = path.join(folder, 'lines.ndjson');
      const wrapped = path.join(folder, key);
      await writeFile(wrapped, telling(executable ?? '', lines));
      await chmod(wrapped, 0o755);
      await using server = await testServer({ sandbox: 'off', tools: openTools({ toolsFolder, searchPath, explicit: { [tool.pathVariable]: wrapped } }) });
      const read = async (id: string) => (await server.query<{ loadTestRun: { metrics: unknown } }>(`query ($id: ID!) { loadTestRun(id: $id) { ${SAME} } }`, { id })).loadTestRun;
      const watched = await accepted(server, {
        framework: key,
        workflow: { definition },
        // With room to spare: how busy its processor was only a server can see.
        plan: planFor(target.url, { thinkTime: { minMs: 50, maxMs: 50 }, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 500 }] }),
      });
      await settled(server, watched);
      const brought = await bring(server, { text: await readFile(lines, 'utf8') });
      expect(brought.message).toBeUndefined();
      expect(brought.summary.executions).toBeGreaterThan(10);
      expect(await read(brought.id)).toEqual(await read(watched));
    });
  });
}
