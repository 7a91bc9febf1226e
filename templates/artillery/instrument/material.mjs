// What all requests are made of, read once: the environment, the data files, the inputs.
import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { bodiesOf } from "./body.js";
import { readEnvironment } from "./environment.mjs";
import { newInputs } from "./inputs.js";

/**
 * @param {{ plan: object, flow: object, variables: object[], folder: URL }} test as processor.mjs gives it, with the plan of this share
 * @returns {{ target: string, values: Record<string, string>, certificates: string | null, startAt: number | null, inputsOf: (iteration: number) => string | null, bodyOf: (request: object, values: object, inputs: string) => Buffer | null }}
 * @throws {Error} with a message for the user
 */
export function readMaterial({ plan, flow, variables, folder }) {
  const { target, values, certificates, startAt } = readEnvironment(
    flow,
    variables,
  );
  const read = (file) => readData(file, folder);
  const textOf = bodiesOf(flow, read, values);
  // Whatever can be missing is missing now, and the first request takes no longer than the next one.
  const { login, setUp, execute, baseline, poll } = flow;
  for (const request of [login, ...setUp, execute, baseline, poll])
    if (request) textOf(request, {}, "");
  return {
    target,
    values,
    certificates,
    startAt,
    inputsOf: flow.inputs
      ? newInputs(flow.inputs, read(flow.inputs.file), {
          seed: plan.seed,
          shard: plan.shard,
          uuid: randomUUID,
          nowMs: Date.now,
        })
      : () => "",
    bodyOf: bytesOf(textOf),
  };
}

function readData(file, folder) {
  try {
    return readFileSync(new URL(file, folder), "utf8");
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error.message}.`);
  }
}

/** A body that stays the same is made into bytes once: it may be megabytes. */
function bytesOf(textOf) {
  const made = new Map();
  return (request, values, inputs) => {
    const text = textOf(request, values, inputs);
    if (text === null) return null;
    const last = made.get(request);
    if (last && last.text === text) return last.bytes;
    const bytes = Buffer.from(text);
    made.set(request, { text, bytes });
    return bytes;
  };
}
