// Runs the plan: starts iterations when they are due, writes a line for everything that was measured, and judges at the end.
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, openSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { bodiesOf } from "./body.js";
import { readEnvironment, stop as refuse } from "./environment.js";
import { newInputs } from "./inputs.js";
import { levelAt, startsOf } from "./load.js";
import { readPlan } from "./plan.js";
import { numberOf, shareOf } from "./share.js";
import { failureLines, invalidLine } from "./told.js";
import { newUser } from "./user.js";
import { newVerdict } from "./verdict.js";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const micros = (ms) => Math.round(ms * 1000);

export async function run({ PLAN: given, FLOW, variables, made: { blocksHash, ...hashes } }) {
  const { plan: whole, problem: unfit } = readPlan(given, FLOW);
  if (unfit) refuse(unfit);
  const isEdited = createHash("sha256").update(JSON.stringify([given, FLOW])).digest("hex") !== blocksHash;
  const { target, values, shard, startAt } = readEnvironment(FLOW.baseUrl, variables);
  const { plan: PLAN, problem } = shareOf(whole, FLOW, shard);
  if (problem) refuse(problem);
  const inputsOf = FLOW.inputs
    ? newInputs(FLOW.inputs, read(FLOW.inputs.file), { seed: PLAN.seed, shard, uuid: randomUUID, nowMs: Date.now })
    : () => "";
  const bodyOf = bodiesOf(FLOW, read, values);
  const write = linesTo(process.env.LOAD_TEST_SAMPLES);
  const verdict = newVerdict(PLAN);
  const [stopping, abort] = [new AbortController(), new AbortController()];
  const state = { cause: "planned", started: 0, dropped: 0, running: 0, users: 0, inFlight: 0, lagMs: 0, broken: null, isInvalid: false, outcomes: {} };

  const aheadMs = startAt === null ? 0 : Math.max(0, startAt - Date.now());
  if (aheadMs > 100) await sleep(aheadMs - 100);
  const zero = performance.now() + (startAt === null ? 0 : Math.max(0, startAt - Date.now()));
  const now = () => performance.now() - zero;
  const stop = (cause) => {
    if (state.cause === "planned") state.cause = cause;
    stopping.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => {
      stop("interrupted");
      abort.abort();
    });
  write(["begin", 1, "fourth", process.versions.node, performance.timeOrigin + zero, { ...hashes, ...(isEdited && { edited: true }), ...(shard[1] > 1 && { shard }), plan: JSON.parse(read("plan.json")), host: { os: process.platform, cpus: availableParallelism() } }]);

  function executed(start, duration, outcome) {
    verdict.add(null, start, duration, outcome);
    state.outcomes[outcome] = (state.outcomes[outcome] ?? 0) + 1;
  }

  const report = {
    sending() {
      state.inFlight += 1;
      return { over: () => { state.inFlight -= 1; } };
    },
    request(name, startMs, endMs, { answer, connectMs }, { outcome, detail, exec, checks }, lagMs) {
      const [start, duration] = [micros(startMs), micros(endMs) - micros(startMs)];
      verdict.add(name, start, duration, outcome);
      if (exec) executed(start, duration, outcome);
      if (outcome === "invalid_request" && !state.isInvalid) process.stderr.write(`${invalidLine(detail)}\n`);
      state.isInvalid ||= outcome === "invalid_request";
      if (checks) verdict.addChecks(start, duration, checks[0], checks[1].length);
      const extra = {
        ...(exec && { exec }),
        ...(checks && { checks }),
        ...(connectMs !== null && { connectMicros: micros(connectMs) }),
        ...(lagMs !== null && { startLagMicros: micros(lagMs) }),
        ...(detail && { detail }),
      };
      write(["req", start, name, duration, outcome, answer.status ?? 0, extra]);
    },
    execution({ startMs, endMs, outcome, detail }) {
      const [start, duration] = [micros(startMs), micros(endMs) - micros(startMs)];
      executed(start, duration, outcome);
      write(["exec", start, duration, outcome, ...(detail ? [{ detail }] : [])]);
    },
  };

  const user = () => newUser({ PLAN, FLOW, target, values, bodyOf, now, report, abort: abort.signal });

  /** Starts the next iteration, unless the plan or its rows say that there is none. */
  async function iterate(one, plannedMs, number = state.started) {
    if (PLAN.maxIterations !== null && state.started >= PLAN.maxIterations) return stop("planned");
    const inputs = inputsOf(number);
    if (inputs === null) return stop("exhausted");
    state.started += 1;
    state.running += 1;
    if (await one(inputs, plannedMs, number)) state.running -= 1;
  }

  async function closedUser(own) {
    const k = numberOf(shard, own);
    const one = user();
    for (; now() < PLAN.durationMs && !stopping.signal.aborted; ) {
      if (now() < 0 || levelAt(PLAN, now()) <= k) {
        await sleep(5);
        continue;
      }
      state.users += 1;
      await iterate(one, null);
      const [min, max] = PLAN.thinkTimeMs;
      if (max > 0) await sleep(Math.min(min + Math.random() * (max - min), Math.max(0, PLAN.durationMs - now())));
      state.users -= 1;
    }
  }

  async function openLoad() {
    const [idle, running] = [[], new Set()];
    for (const [number, at] of startsOf(PLAN).entries()) {
      while (now() < at && !stopping.signal.aborted) await sleep(Math.max(0, Math.min(at - now(), 100)));
      if (stopping.signal.aborted) break;
      state.lagMs = Math.max(state.lagMs, now() - at);
      if (running.size >= PLAN.maxUsers) {
        state.dropped += 1;
        continue;
      }
      const one = idle.pop() ?? user();
      const iteration = iterate(one, at, number).then(() => {
        running.delete(iteration);
        idle.push(one);
      });
      running.add(iteration);
    }
    await Promise.all(running);
    while (now() < PLAN.durationMs && !stopping.signal.aborted) await sleep(20);
  }

  let second = 0;
  const clock = setInterval(() => {
    if (now() < (second + 1) * 1000 - 20 || second * 1000 >= PLAN.durationMs) return;
    second += 1;
    write(["gauge", micros(now()), PLAN.model === "open" ? state.running : state.users, state.inFlight, state.started, state.dropped, state.lagMs]);
    state.lagMs = 0;
    if (/^fd:/.test(process.env.LOAD_TEST_SAMPLES ?? "")) return;
    state.broken ??= verdict.brokenAt(second);
    if (state.broken !== null) stop("objective");
  }, 5);

  const load = PLAN.model === "open" ? openLoad() : Promise.all(Array.from({ length: PLAN.maxUsers }, (_, own) => closedUser(own)));
  const grace = new AbortController();
  await Promise.race([load, sleep(PLAN.durationMs + PLAN.longestIterationMs + 2000, undefined, { signal: grace.signal }).catch(() => {})]);
  grace.abort();
  abort.abort();
  clearInterval(clock);

  const { cause, started, dropped, running, inFlight, broken } = state;
  write(["end", cause, started, dropped, running, inFlight, 0]);
  const facts = { cutShort: cause !== "planned", linesLost: false, inFlight, interrupted: running, iterationsStarted: started, broken };
  const { verdict: word, lines } = verdict.end(facts);
  await write.end();
  process.stdout.write(`${[...failureLines(state.outcomes), ...lines].join("\n")}\n`);
  process.exitCode = cause === "interrupted" ? 130 : word === "passed" ? 0 : 99;
}

/** Written in the background; what waits is kept. */
function linesTo(where) {
  if (!where) return Object.assign(() => {}, { end: async () => {} });
  const descriptor = /^fd:(\d+)$/.exec(where);
  const stream = createWriteStream("", { fd: descriptor ? Number(descriptor[1]) : openSync(where, "w") });
  return Object.assign((line) => void stream.write(`${JSON.stringify(line)}\n`), { end: () => new Promise((resolve) => stream.end(resolve)) });
}
