// What loadtest.js is made with: the load in k6's terms, and what each user of k6 does around its requests.
import { sha256 } from "k6/crypto";
import exec from "k6/execution";
import { Counter, Gauge, Trend } from "k6/metrics";
import { setSecondZero, sleepUntil } from "./clock.js";
import { readEnvironment } from "./environment.js";
import { watch } from "./gauge.js";
import { newIteration } from "./iteration.js";
import { newJourney } from "./journey.js";
import { beginLine, endLine } from "./lines.js";
import { leadMs, limitProblem, scenariosOf } from "./load.js";
import { readMaterial } from "./material.js";
import { readPlan } from "./plan.js";
import { shareOf } from "./share.js";
import { closedModel, openModel } from "./starts.js";
import { BROKE, countStart, sumsOf } from "./sums.js";
import { summaryOf } from "./summary.js";
import { thresholdsOf } from "./thresholds.js";
import { trendStatsOf } from "./verdict.js";

/**
 * @param {{ plan: object, flow: object, variables: object[], made: object, env: Record<string, string>, read: (path: string, mode?: "b") => string | ArrayBuffer }} test
 *   as loadtest.js gives it; env: k6's __ENV; read: a file of the bundle, as text or as bytes
 * @throws {string} a line for the user
 */
export function loadTest({ plan: given, flow, variables, made, env, read }) {
  const whole = planOf(given, flow);
  const environment = readEnvironment(env, flow, variables, read);
  const plan = wanted(shareOf(whole, flow, environment.shard));
  const material = readMaterial(plan, flow, environment, read);
  const { target, values, startAt, reporting, toolVersion } = environment;
  const add = adderOf(plan);
  const model = (plan.model === "open" ? openModel : closedModel)(
    plan,
    material.iterations,
    add,
    // The one of the gauge.
    reporting ? 1 : 0,
  );
  const journey = newJourney(flow, plan, values, Date.now);
  const user = { plan, target, reporting, material, journey, add };
  // k6 runs the script once for each user; what it asks of the first one only need not be done by all.
  const isFirst = __VU === 0;
  const planText = isFirst ? read("plan.json") : "";
  const refusedRanges = isFirst ? refusedFrom(read) : [];
  const isEdited =
    isFirst && sha256(JSON.stringify([given, flow]), "hex") !== made.blocksHash;

  /** Runs once, before all users; k6 hands what it returns to everything else as `start`. */
  function setup() {
    const start = setSecondZero(leadMs(plan), startAt);
    const { startedAt } = start;
    if (reporting)
      console.log(
        beginLine(made, isEdited, plan.shard, toolVersion, startedAt, planText),
      );
    sleepUntil(start, -leadMs(plan));
    return start;
  }

  /**
   * @param {(iteration: object) => void} run makes the requests of one iteration; what it throws ends the test as broken
   * @returns {(start: object) => void} what k6 calls, also for iterations that are none of the plan's
   */
  function eachIteration(run) {
    return (start) => {
      const begun = model.next(start);
      if (begun === null) return;
      const inputs = material.inputsOf(begun.number);
      countStart(plan, add);
      try {
        run(newIteration(user, start, begun, inputs));
      } catch (error) {
        // k6 itself would tell it, begin the next iteration at once, and end with a verdict.
        add(BROKE, 1);
        exec.test.abort(`the script broke: ${error.stack || error}`);
      }
      // What the user does until its next iteration.
      model.end(start);
    };
  }

  function handleSummary(data) {
    const { cause, counts, text } = summaryOf(plan, data);
    // Without a first line there is no last one: it was stopped before.
    if (reporting && data.setup_data) console.log(endLine(cause, counts));
    return { stdout: text };
  }

  return {
    scenarios: scenariosOf(plan, reporting),
    thresholds: isFirst ? thresholdsOf(plan, material.iterations) : {},
    trendStats: trendStatsOf(plan),
    refusedRanges,
    setup,
    eachIteration,
    gauge: (start) => watch(plan, start),
    handleSummary,
  };
}

/** Ranges of addresses to which k6 is to connect never. */
function refusedFrom(read) {
  return Object.keys(
    JSON.parse(read("instrument/refused-addresses.json")).ranges,
  );
}

function planOf(given, flow) {
  const plan = wanted(readPlan(given, flow));
  return wanted({ plan, problem: limitProblem(plan) });
}

function wanted({ plan, problem }) {
  if (problem !== null) throw `load test: ${problem}`;
  return plan;
}

/** @returns {(sum: string, value: number) => void} */
function adderOf(plan) {
  const { counters, trends, gauges } = sumsOf(plan);
  const made = (Kind, names) => names.map((name) => [name, new Kind(name)]);
  const sums = Object.fromEntries([
    ...made(Counter, counters),
    ...made(Trend, trends),
    ...made(Gauge, gauges),
  ]);
  return (sum, value) => sums[sum].add(value);
}
