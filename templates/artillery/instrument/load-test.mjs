// The two halves of a test, for processor.mjs: Artillery loads it in its main thread and in its worker.
import { createHash } from "node:crypto";
import { mainThread } from "./main-thread.mjs";
import { readPlan } from "./plan.js";
import { virtualUsers } from "./virtual-users.mjs";

/**
 * @param {{ plan: object, flow: object, variables: object[], made: object, folder: URL }} test
 *   folder: where plan.json and the data files are
 */
export function loadTest(test) {
  // What is wrong with it is told in `before`, by the main thread alone.
  const ready = { ...test, ...readPlan(test.plan, test.flow) };
  return {
    ...mainThread({ ...ready, isEdited: isEdited(test) }),
    ...virtualUsers(ready),
  };
}

/** PLAN or FLOW is not what was generated. */
function isEdited({ plan, flow, made }) {
  const text = JSON.stringify([plan, flow]);
  return createHash("sha256").update(text).digest("hex") !== made.blocksHash;
}
