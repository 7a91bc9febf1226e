/** Several things end a run at the same moment: it ends once, by one of them, and whatever comes later changes nothing. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { groupsWith, signal } from '../../server/process/group.ts';
import { type Move, moved, type RunState } from '../../server/run/state.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { amount } from '../helpers/long.ts';
import { accepted, definition, planFor, read, running, settled, stop } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { homeOfRun, livingOf } from '../helpers/victim.ts';

/** It ends by itself when a file says so; of a SIGINT it takes its time. */
const TOOL = `trap 'sleep 0.05; exit 0' INT; begin; while :; do request 100000 5000 ok; sleep 0.02
[ -e "$HOME/over" ] && { printf '["end","planned",1,0,0,0,0]\\n' >&3; exit 0; }; done`;

let server: TestServer;
beforeEach(async () => {
  server = await testServer({ stopGraceMs: 200, tools: await misbehavingLocust(TOOL) });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  expect(childProcesses()).toEqual([]);
});

/** Each with the causes that it may lead to. */
const CAUSES = {
  stop: ['stop_asked'],
  'stop by somebody else': ['stop_asked'],
  'own end': ['planned_end'],
  kill: ['tool_killed'],
} as const;
type Cause = keyof typeof CAUSES;

async function bringAbout(cause: Cause, id: string): Promise<void> {
  if (cause === 'stop' || cause === 'stop by somebody else') return void (await stop(server, id));
  const home = homeOfRun(server.dataFolder, id);
  // The folder may be gone by now, as the run is.
  if (cause === 'own end') return writeFile(path.join(home, 'over'), '').catch(() => {});
  for (const group of groupsWith('HOME', home)) signal(group, 'SIGKILL');
}

test('in whatever order and however close, the first wins and the run is settled once', { timeout: 120_000 }, async () => {
  const order = fc.shuffledSubarray(Object.keys(CAUSES) as Cause[], { minLength: 2 }).chain((causes) => fc.tuple(fc.constant(causes), fc.array(fc.integer({ min: 0, max: 60 }), { minLength: causes.length, maxLength: causes.length })));
  await fc.assert(
    fc.asyncProperty(order, async ([causes, waits]) => {
      const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') });
      await running(server, id);
      await Promise.all(causes.map((cause, i) => delay(waits[i]).then(() => bringAbout(cause, id))));
      const run = await settled(server, id);
      expect(causes.flatMap((cause): readonly string[] => CAUSES[cause])).toContain(run.ending?.cause);
      expect(run.moves.reduce<Move[]>((moves, { to, cause }) => moved(moves, to.toLowerCase() as RunState, cause, new Date()), []).at(-1)?.cause).toBe(run.ending?.cause);
      expect(livingOf(server.dataFolder)).toEqual([]);
      await stop(server, id);
      expect(await read(server, id)).toEqual(run);
    }),
    { numRuns: amount(4, 40), seed: 4711, endOnFailure: true },
  );
  expect(server.errors).toEqual([]);
});
