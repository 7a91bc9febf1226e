// What all requests are made of, read before the test begins: k6 opens files only then.
import { SharedArray } from "k6/data";
import { bodiesOf } from "./body.js";
import { newInputs } from "./inputs.js";

/**
 * @param {(path: string) => string} read the text of a file of the bundle
 * @returns {{ bodyOf: (request: object, values: Record<string, string>, inputs: string) => string | null, inputsOf: (iteration: number) => string | null, iterations: number }}
 *   inputsOf: JSON text, null: the unique rows are used up; iterations: for so many there are inputs
 */
export function readMaterial({ seed }, flow, { values, shard }, read) {
  const bodyOf = bodiesOf(flow, read, values);
  for (const request of [flow.login, ...flow.setUp, flow.execute, flow.poll])
    if (request) bodyOf(request, {}, "");
  const { inputs } = flow;
  const options = {
    seed,
    shard,
    uuid: () => crypto.randomUUID(),
    nowMs: Date.now,
  };
  return {
    bodyOf,
    inputsOf: inputs
      ? newInputs(inputs, textOf(inputs, read), options)
      : () => "",
    iterations: inputs ? iterationsOf(inputs, shard) : Infinity,
  };
}

/** Rows may be many: all users share one copy of them. */
function textOf({ kind, file }, read) {
  return kind === "rows"
    ? new SharedArray(file, () => read(file).split("\n"))
    : read(file);
}

function iterationsOf({ order, count }, [index, shards]) {
  return order === "unique"
    ? Math.max(0, Math.ceil((count - index) / shards))
    : Infinity;
}
