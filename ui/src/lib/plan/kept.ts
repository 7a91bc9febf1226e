/**
 * A draft as the browser kept it, read into today's fields. An earlier version had fewer fields, and other names for some: what
 * it has is laid over the defaults, and what is of another type is left out. Pure.
 */
import { emptyFields, type Fields } from './fields.ts';
import type { DatasetFormat } from './inputs.ts';
import { proposedObjective } from './objective.ts';
import { percentText } from './typed.ts';

type Kept = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Kept => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null: it is no draft. */
export function keptFields(text: string): Fields | null {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(kept)) return null;
  const empty = emptyFields();
  const fields = laidOver(empty, renamed(kept));
  // A later version may have had more to choose from.
  if (!(fields.shape === 'stages' || Object.hasOwn(fields.sizes, fields.shape))) fields.shape = empty.shape;
  if (!Object.hasOwn(DATASETS, fields.inputs.format)) fields.inputs.format = empty.inputs.format;
  return fields;
}

/** What a row of each list is laid over. */
const ROWS: Readonly<Record<string, object>> = {
  headers: { name: '', value: '' },
  closedStages: { duration: '', level: '' },
  openStages: { duration: '', level: '' },
  checks: { name: '', path: '', equals: '' },
  secrets: { path: '', secret: true },
  objectives: proposedObjective(),
};
const DATASETS: Readonly<Record<DatasetFormat, true>> = { csv: true, json: true };

/** Of one type with the default; members that the default does not know are kept nowhere. */
function laidOver<T>(byDefault: T, kept: unknown, name = ''): T {
  if (byDefault === null) return (typeof kept === 'boolean' ? kept : null) as T;
  if (Array.isArray(byDefault)) return Array.isArray(kept) ? (kept.filter(isRecord).map((row) => laidOver(ROWS[name], row)) as T) : byDefault;
  if (isRecord(byDefault)) {
    if (!isRecord(kept)) return byDefault;
    return Object.fromEntries(Object.entries(byDefault).map(([key, value]) => [key, Object.hasOwn(kept, key) ? laidOver(value, kept[key], key) : value])) as T;
  }
  return (typeof kept === typeof byDefault ? kept : byDefault) as T;
}

/** The first version had one path, one kind of access, fixed inputs only, and one limit for all metrics. */
function renamed(kept: Kept): Kept {
  const { target, inputs, objectives } = kept;
  return {
    ...kept,
    target: isRecord(target) ? renamedTarget(target) : target,
    objectives: Array.isArray(objectives) ? objectives.filter(isRecord).map(renamedObjective) : objectives,
    inputs: typeof inputs === 'string' ? { kind: inputs.trim() === '' ? 'none' : 'fixed', fixed: inputs } : inputs,
  };
}

function renamedTarget(target: Kept): Kept {
  const { auth, variable, path, preset } = target;
  return {
    ...target,
    ...(typeof path === 'string' && path !== '' ? { paths: { [String(preset)]: path } } : {}),
    ...(typeof auth === 'string' ? { auth: { kind: auth, ...(typeof variable === 'string' ? { bearer: { variable } } : {}) } } : {}),
  };
}

function renamedObjective(objective: Kept): Kept {
  const { limits } = proposedObjective();
  const { metric, limit, maxChange, heldTo } = objective;
  // What is measured decides how the rest of the row is read.
  const known = typeof metric === 'string' && Object.hasOwn(limits, metric) ? metric : 'latency';
  // Until there was a field for it, a change was kept as a ratio, and an empty one was none.
  const held = heldTo !== undefined || typeof maxChange !== 'string' ? {} : maxChange === '' ? { heldTo: 'value', maxChange: proposedObjective().maxChange } : { heldTo: 'baseline', maxChange: percentText(Number(maxChange)) };
  return { ...objective, ...held, metric: known, ...(typeof limit === 'string' ? { limits: { ...limits, [known]: limit } } : {}) };
}
