// The two halves of a test, for processor.mjs: Artillery loads it in its main thread and in its worker.
import { createHash } from "node:crypto";
import { refuse } from "./environment.mjs";
import { mainThread } from "./main-thread.mjs";
import { readPlan } from "./plan.js";
import { shareOf } from "./share.js";
import { shardOf } from "./variables.js";
import { virtualUsers } from "./virtual-users.mjs";

/**
 * @param {{ plan: object, flow: object, variables: object[], made: object, folder: URL }} test
 *   folder: where plan.json and the data files are
 */
export function loadTest(test) {
  // What is wrong with it is told in `before`, by the main thread alone.
  const ready = { ...test, ...planOf(test) };
  return {
    ...mainThread({ ...ready, isEdited: isEdited(test) }),
    ...virtualUsers(ready),
  };
}

/**
 * What this process makes of PLAN: all of it, or its share.
 * @returns {{ whole: object | null, plan: object | null, problem: string | null }}
 */
function planOf({ plan: given, flow }) {
  const { plan: whole, problem } = readPlan(given, flow);
  if (problem !== null) return { whole: null, plan: null, problem };
  try {
    return { whole, ...shareOf(whole, flow, shardOf(process.env, refuse)) };
  } catch ({ message }) {
    return { whole, plan: null, problem: message };
  }
}

/** PLAN or FLOW is not what was generated. */
function isEdited({ plan, flow, made }) {
  const text = JSON.stringify([plan, flow]);
  return createHash("sha256").update(text).digest("hex") !== made.blocksHash;
}
