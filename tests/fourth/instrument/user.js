// One virtual user: its way through the flow, its connections, its cookies.
import { setTimeout as sleep } from "node:timers/promises";
import { newJourney } from "./journey.js";
import { newAgent, send } from "./wire.js";

export function newUser({ PLAN, FLOW, target, values, bodyOf, now, report, abort }) {
  const journey = newJourney(FLOW, PLAN, values, Date.now);
  const jar = new Map();
  let agent = newAgent(target);

  async function request({ request, path, headers, values }, inputs, lagMs) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const startMs = now();
    const options = { url: target + path, method: request.method, headers: cookie ? { ...headers, cookie } : headers };
    const sending = report.sending();
    const sent = await send({ ...options, body: bodyOf(request, values, inputs), agent, timeoutMs: PLAN.requestTimeoutMs, abort });
    if (abort.aborted) return false;
    sending.over();
    const endMs = now();
    for (const text of sent.cookies ?? []) {
      if (/; *domain=/i.test(text)) continue;
      const [name, value] = text.split(";")[0].split(/=(.*)/s);
      jar.set(name.trim(), value ?? "");
    }
    report.request(request.name, startMs, endMs, sent, journey.answered(request, startMs, endMs, sent.answer), lagMs);
    return true;
  }

  /** @returns {Promise<boolean>} it came to an end */
  return async function iterate(inputs, plannedMs, number) {
    if (PLAN.connections === "perIteration") {
      agent.destroy();
      agent = newAgent(target);
    }
    journey.begin(plannedMs, number);
    let dueMs = plannedMs;
    for (let step = journey.next(now()); step !== null; step = journey.next(now())) {
      // Asked again after the wait: the token may have to be renewed by then.
      if (step.atMs > now()) await sleep(Math.max(0, step.atMs - now()));
      else if (!(await request(step, inputs, dueMs === null ? null : now() - dueMs))) return false;
      else dueMs = null;
      if (abort.aborted) return false;
    }
    const execution = journey.execution();
    if (execution) report.execution(execution);
    return true;
  };
}
