import { describe, expect, test } from 'vitest';
import { resolvePlan } from '../../server/script/resolve.ts';
import { byHandWarnings } from '../../server/script/by-hand.ts';
import { frameworks } from '../../templates/index.ts';
import { given } from '../helpers/generated.ts';
import { testPlan } from '../helpers/stored-run.ts';

const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 500 };
const change = { metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1 };
const plan = (...objectives: object[]) => testPlan({ objectives });
const DEFINITION = '{"nodes":[{"id":"a","type":"PythonCodeNode","parameters":{}}],"edges":[]}';

describe('what a script says otherwise when it is run by hand', () => {
  test('is told of a strict objective, and of one that is held to the baseline', () => {
    expect(byHandWarnings(resolvePlan(plan({ ...p95, strict: true })))).toEqual([expect.stringMatching(/^By hand a script does not tell narrow verdicts from clear ones: /)]);
    expect(byHandWarnings(resolvePlan(plan(change)))).toEqual([expect.stringMatching(/^By hand a script knows no baseline: /)]);
    expect(byHandWarnings(resolvePlan(plan(p95)))).toEqual([]);
  });

  test.each(frameworks.map((framework) => [framework.name, framework] as const))('stands in the README of %s, where it is so', (_name, framework) => {
    const readme = (...objectives: object[]) => framework.generate(given(DEFINITION, plan(...objectives)).input).files.find(({ path }) => path === 'README.md')?.text;
    expect(readme({ ...p95, strict: true })).toContain('A strict objective needs the server');
    expect(readme(change)).toContain('An objective with `maxChangeRatio` needs the server');
    expect(readme(p95)).not.toContain('needs the server');
  });
});
