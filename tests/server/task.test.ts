import { expect, test } from 'vitest';
import { packed, unpacked } from '../../server/run/shard/task.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { frameworks } from '../../templates/index.ts';
import { locust } from '../../templates/locust/index.ts';
import { hashOfFiles } from '../../server/script/generate.ts';
import { emptyScript, testPlan } from '../helpers/stored-run.ts';

const taskAt = (startAt: number) => packed({ runId: 'r', framework: locust, script: { ...emptyScript, hash: hashOfFiles([]) }, plan: resolvePlan(testPlan()), shards: 2, startAt, deadlineAt: 2000.5 });

test('what a shard is given begins at a whole millisecond: scripts read no other instant', () => {
  expect(unpacked(taskAt(1000), frameworks)).toMatchObject({ startAt: 1000, shards: 2 });
  expect(() => unpacked(taskAt(1000.5), frameworks)).toThrow('The task of this shard cannot be read');
});
