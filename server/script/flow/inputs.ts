/** The inputs of an iteration: fixed ones as they are, generated ones in parts, the rows of a data set. */
import type { BodyPart, ScriptInputs } from '../../../templates/framework.ts';
import { readDataset } from '../../inputs/dataset.ts';
import { compileJson } from '../../inputs/generators.ts';
import { isFixed } from '../../inputs/part.ts';
import type { Problem } from '../../workflow/problem.ts';
import type { ResolvedPlan } from '../resolve.ts';
import { INPUTS } from './material.ts';

export interface FlowInputs {
  readonly part: BodyPart | null;
  /** They are those of the plan. */
  readonly own: boolean;
  /** How the script makes them, where they differ from iteration to iteration. */
  readonly spec: ScriptInputs | null;
  readonly data: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

const PARTS = 'data/inputs.parts.json';
const ROWS = 'data/rows.jsonl';

/** @param wrapped inputs that came with the workflow; those of the plan take their place */
export function inputsOf(resolved: ResolvedPlan, wrapped: string | null): FlowInputs {
  const { inputs } = resolved.plan;
  const none = { own: inputs !== undefined, spec: null, data: {}, problems: [], warnings: [] };
  if (inputs?.dataset) return rowsOf(resolved, inputs.dataset);
  const text = inputs?.fixed ?? wrapped;
  if (text === null) return { ...none, part: null };
  if (inputs?.fixed === undefined) return { ...none, part: { file: INPUTS }, data: { [INPUTS]: text } };
  const { parts, problems } = compileJson(text, { object: true });
  if (problems.length > 0) return { ...none, part: null, problems: problems.map(({ path, message }) => ({ path: `inputs.fixed${path && `: ${path}`}`, message })) };
  if (isFixed(parts)) return { ...none, part: { file: INPUTS }, data: { [INPUTS]: parts[0] } };
  return { ...none, part: { inputs: true }, spec: { kind: 'parts', file: PARTS }, data: { [PARTS]: `${JSON.stringify(parts, null, 2)}\n` } };
}

type Dataset = NonNullable<NonNullable<ResolvedPlan['plan']['inputs']>['dataset']>;

function rowsOf({ plannedIterations }: ResolvedPlan, dataset: Dataset): FlowInputs {
  const none = { part: null, own: true, spec: null, data: {}, problems: [], warnings: [] };
  const { order } = dataset;
  const read = readDataset(dataset);
  if (read.problems) return { ...none, problems: read.problems.map(({ path, message }) => ({ path: `inputs.dataset.text${path && `: ${path}`}`, message })) };
  const { rows, warnings } = read;
  if (order === 'unique' && plannedIterations !== null && plannedIterations > rows.length) {
    const message = `The plan starts ${plannedIterations} iterations, and the data set has ${rows.length} rows, of which each is used once: give more rows, or another order.`;
    return { ...none, problems: [{ path: 'inputs.dataset.order', message }] };
  }
  return {
    ...none,
    part: { inputs: true },
    spec: { kind: 'rows', file: ROWS, order, count: rows.length },
    data: { [ROWS]: `${rows.join('\n')}\n` },
    warnings,
  };
}
