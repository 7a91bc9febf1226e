/** What a run ran can be had again, where it was kept whole. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { definitionOf } from '../../server/run/definition.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { emptyScript, storedRun, testPlan } from '../helpers/stored-run.ts';

const DEFINITION = ' {"nodes": [], "big": 12345678901234567890, "é": "\\u2028"}\n';
const workflowHash = createHash('sha256').update(DEFINITION).digest('hex');
const file = (path: string, text: string) => ({ path, text, mediaType: 'application/json' });

onEachDatabase('the definition of a run', (database) => {
  test.each([
    ['is that of its script, to the last byte', [file('loadtest.py', 'pass'), file('data/definition.json', DEFINITION), file('data/baseline-definition.json', '{}')], DEFINITION],
    ['is not known where something was cut out of it', [file('data/definition.json', DEFINITION.replace('big', 'cut'))], null],
    ['is not known where it was not sent', [file('loadtest.py', 'pass')], null],
  ])('%s', async (_what, files, expected) => {
    const stored = await storedRun(database, testPlan(), { ...emptyScript, files }, { workflowHash });
    expect(await definitionOf(stored.ctx, await stored.run())).toBe(expected);
  });
});
