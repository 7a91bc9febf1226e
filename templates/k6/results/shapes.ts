/** Three shapes, the same numbers: the data of `handleSummary`, the older one of `--summary-export`, and the machine-readable one of v1.5 and later. */
import { entries, isObject, type Members, member } from '../../shared/results/json.ts';
import { duration } from '../../shared/results/numbers.ts';
import { Unreadable } from '../../shared/results/unreadable.ts';

export interface Summary {
  readonly toolVersion: string | null;
  readonly durationMs: number | null;
  readonly metrics: ReadonlyMap<string, Metric>;
}

export interface Metric {
  readonly values: Members;
  readonly isCounter: boolean;
  readonly rules: readonly { readonly rule: string; readonly held: boolean }[];
}

export function summaryOf(json: unknown): Summary {
  const listed = member(json, 'results', 'metrics');
  if (Array.isArray(listed)) return machineReadable(json, listed);
  const metrics = member(json, 'metrics');
  if (!isObject(metrics)) throw new Unreadable('This is no summary of k6: it has no metrics.');
  return {
    toolVersion: null,
    durationMs: duration(member(json, 'state', 'testRunDurationMs')),
    metrics: new Map(Object.entries(metrics).map(([name, metric]) => [name, isObject(member(metric, 'values')) ? ofHandleSummary(metric) : ofExport(metric)])),
  };
}

function machineReadable(json: unknown, listed: readonly unknown[]): Summary {
  const version = member(json, 'metadata', 'k6Version');
  const seconds = member(json, 'config', 'duration');
  const metrics = listed.flatMap((metric) => {
    const name = member(metric, 'name');
    return typeof name === 'string' ? [[name, ofHandleSummary(metric)] as const] : [];
  });
  return {
    toolVersion: typeof version === 'string' && /^v?\d[\w.+-]{0,39}$/.test(version) ? version.replace(/^v/, '') : null,
    durationMs: typeof seconds === 'number' ? duration(seconds * 1000) : null,
    metrics: new Map(metrics),
  };
}

/** The machine-readable one is alike, and has no thresholds. */
function ofHandleSummary(metric: unknown): Metric {
  const values = member(metric, 'values');
  const rules = entries(member(metric, 'thresholds')).flatMap(([rule, judged]) => {
    const held = member(judged, 'ok');
    return typeof held === 'boolean' ? [{ rule, held }] : [];
  });
  return { values: isObject(values) ? values : {}, isCounter: member(metric, 'type') === 'counter', rules };
}

/** No types here: only a counter has both. And `true` is a threshold that was broken. */
function ofExport(metric: unknown): Metric {
  const values = isObject(metric) ? metric : {};
  const rules = entries(member(metric, 'thresholds')).flatMap(([rule, broken]) => (typeof broken === 'boolean' ? [{ rule, held: !broken }] : []));
  return { values, isCounter: Object.hasOwn(values, 'count') && Object.hasOwn(values, 'rate'), rules };
}
