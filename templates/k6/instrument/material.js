// What all requests are made of, read before the test begins: k6 opens files only then.
import { SharedArray } from "k6/data";
import { bodiesOf } from "./body.js";
import { newInputs } from "./inputs.js";
import { partOf } from "./share.js";

/**
 * @param {(path: string, mode?: "b") => string | ArrayBuffer} read a file of the bundle, as text or as bytes
 * @returns {{ bodyOf: (request: object, values: Record<string, string>, inputs: string) => string | ArrayBuffer | null, inputsOf: (iteration: number) => string | null, iterations: number }}
 *   inputsOf: JSON text, null: the unique rows are used up; iterations: for so many there are inputs
 */
export function readMaterial({ seed, shard }, flow, { values }, read) {
  const { inputs } = flow;
  const options = {
    seed,
    shard,
    uuid: () => crypto.randomUUID(),
    nowMs: Date.now,
  };
  return {
    bodyOf: bodiesWithBytes(flow, read, values),
    inputsOf: inputs
      ? newInputs(inputs, textOf(inputs, read), options)
      : () => "",
    iterations: inputs ? iterationsOf(inputs, shard) : Infinity,
  };
}

/** A file that is sent as it is goes out as bytes: of a text k6 would make further copies, for each user and with each request. */
function bodiesWithBytes(flow, read, values) {
  const { login, setUp, execute, baseline, poll, secrets } = flow;
  const bodyOf = bodiesOf(flow, read, values);
  const bytes = new Map();
  const requests = [login, ...setUp, execute, baseline, poll].filter(Boolean);
  for (const request of requests) {
    const file = onlyFileOf(request);
    if (file !== null && !secrets.some((secret) => secret.file === file))
      bytes.set(request, read(file, "b"));
    // What is opened now, can be had later.
    else bodyOf(request, {}, "");
  }
  return (request, given, inputs) =>
    bytes.get(request) ?? bodyOf(request, given, inputs);
}

function onlyFileOf({ body }) {
  const [part] = body !== null && body.length === 1 ? body : [{}];
  return "file" in part ? part.file : null;
}

/** Rows may be many: all users share one copy of them. */
function textOf({ kind, file }, read) {
  return kind === "rows"
    ? new SharedArray(file, () => read(file).split("\n"))
    : read(file);
}

function iterationsOf({ order, count }, shard) {
  return order === "unique" ? partOf(shard, count) : Infinity;
}
