// The two halves of a test, for processor.mjs: Artillery loads it in its main thread and in its worker.
import { mainThread } from "./main-thread.mjs";
import { virtualUsers } from "./virtual-users.mjs";

/**
 * @param {{ plan: object, flow: object, variables: object[], made: object, folder: URL }} test
 *   folder: where plan.json and the data files are
 */
export function loadTest(test) {
  return { ...mainThread(test), ...virtualUsers(test) };
}
