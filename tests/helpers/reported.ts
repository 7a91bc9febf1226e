/** Runs to report on: an ordinary one, and one whose every text is hostile. */
import type { Database } from '../../server/db/client.ts';
import type { Run } from '../../server/run/run.ts';
import type { Outcome } from '../../server/samples/sample.ts';
import type { TestPlan } from '../../server/script/plan.ts';
import { emptyScript, type StoredRun, storedRun, testPlan } from './stored-run.ts';

export const HOSTILE = [
  '<script>document.title = "taken"</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  ']]></failure></testcase>',
  '=1+1',
  '=1+1\r\n@SUM(A1)',
  '@SUM(A1)',
  '+1',
  '-1',
  '\t=1',
  'a, "b"\nand c',
  'U+2028 \u2028 and U+2029 \u2029',
  'bell \u0007 and escape \u001b[31m',
  '&lt;b&gt; &amp;',
  '{{ 7 * 7 }} $\u007b7 * 7}',
  '</style><style>* { display: none }',
  '--> <!--',
  'right to left \u202e and on',
];

export const ordinaryPlan = (more: object = {}): TestPlan =>
  testPlan({
    load: { closed: { stages: [{ durationMs: 10_000, users: 5 }, { durationMs: 30_000, users: 5 }] } },
    objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 200 }, { metric: 'latency', statistic: 'p50', comparison: '<', value: 400 }, { metric: 'error_ratio', comparison: '<', value: 0.05 }],
    ...more,
  });

/** 40 s, five users; each tenth fails, and each hundredth has no answer in time. */
export async function ordinaryRun(database: Pick<Database, 'db'>, { seconds = 40, plan = ordinaryPlan(), more = {} }: { seconds?: number; plan?: TestPlan; more?: Parameters<typeof storedRun>[3] } = {}): Promise<StoredRun> {
  const stored = await storedRun(database, plan, emptyScript, { frameworkVersion: '2.47.0', ...more });
  for (let second = 0; second < seconds; second++) {
    const users = Math.min(5, Math.floor(second / 2) + 1);
    for (let i = 0; i < users * 4; i++) {
      const at = second * 4 + i;
      const outcome: Outcome = at % 100 === 0 ? 'timeout' : at % 10 === 0 ? 'http_5xx' : 'ok';
      stored.add(second * 1000 + 40 + i * 40, { durationMs: 20 + ((at * 37) % 250), outcome, extra: { exec: true, ...(outcome === 'ok' ? {} : { detail: `it was ${outcome}` }) } });
    }
    stored.line({ kind: 'gauge', atMicros: second * 1_000_000 + 980_000, users, inFlight: users, iterationsStarted: second * 20, dropped: 0, lagMs: 1.5 });
    await stored.close(second + 1);
  }
  return stored;
}

/** One request name and one failure for each hostile text, each in a second of its own. */
export async function hostileRun(database: Pick<Database, 'db'>): Promise<StoredRun> {
  const plan = testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: 20_000 } }, checks: HOSTILE.slice(0, 3).map((name) => ({ name, path: '/a', equals: '1' })) });
  const stored = await storedRun(database, plan, emptyScript, { frameworkVersion: HOSTILE[0] ?? null, startedBy: HOSTILE[1] ?? '' });
  for (const [i, name] of HOSTILE.entries()) {
    const sample = { kind: 'request', startMicros: i * 1_000_000, name, durationMicros: 500_000, status: 200 } as const;
    stored.line({ ...sample, outcome: 'ok', extra: {} });
    stored.line({ ...sample, outcome: 'other', extra: { detail: HOSTILE[(i + 1) % HOSTILE.length] ?? '' } });
  }
  await stored.close(HOSTILE.length + 1);
  return stored;
}

/** Its texts that come from elsewhere than lines: an objective of each name, with that as its reason. */
export function withHostileWords(run: Run): Run {
  const { result } = run;
  const [objective] = result?.objectives ?? [];
  if (!result || !objective) throw new Error('the run is not settled');
  const objectives = HOSTILE.map((text) => ({ ...objective, metric: 'latency' as const, statistic: 'p95' as const, requestName: text, reason: text, verdict: 'failed' as const }));
  return {
    ...run,
    verdict: 'failed',
    warnings: HOSTILE,
    ending: { cause: 'tool_broke', message: HOSTILE[3] ?? '', exitCode: 1 },
    imported: { fileName: HOSTILE[4] ?? '', format: HOSTILE[5] ?? '' },
    result: { ...result, objectives, verdictReasons: HOSTILE, verdictReasonCodes: ['slower_than_allowed'] },
  };
}
