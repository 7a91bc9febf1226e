import { expect, test } from 'vitest';
import { onEachDatabase } from '../helpers/databases.ts';
import { storedRun } from '../helpers/stored-run.ts';

const news = { iterationsStarted: 20, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: 0, linesUnreadable: 0, linesLost: 0, durationMs: 10_000, latenessP99Ms: null, requestsFolded: 0, clockStepMs: null };

onEachDatabase('a run in shards that is settled', (database) => {
  test('is judged by how hard it was for its worst generator', async () => {
    const stored = await storedRun(database);
    for (let second = 1; second <= 10; second++) stored.add(second * 1000 - 1);
    await stored.close(10);
    const { result } = await stored.settle({}, { ...news, strain: { cpuRatio: 0.97, lagMs: 7 } });
    expect(result?.generator).toMatchObject({ cpuRatio: 0.97, latenessP99Ms: 7, saturated: true });
  });
});
