// In Artillery's main thread, before and after the load: checks what the test needs, writes the sample lines, judges.
import { readFileSync } from "node:fs";
import os from "node:os";
import { trust } from "./connections.mjs";
import { stop } from "./environment.mjs";
import { readMaterial } from "./material.mjs";
import { nodeProblem } from "./node-version.mjs";
import { fitPhases, phasesProblem } from "./phases.mjs";
import { newScore } from "./score.mjs";
import { openSink } from "./sink.mjs";
import { openChannel } from "./threads.mjs";
import { invalidLine } from "./told.js";

/** How long the end waits for the worker's last lines, and then for who reads them. */
const LAST_LINES_MS = 2000;
/** How long Artillery is given to see by itself that its virtual users are gone. */
const PATIENCE_MS = 15_000;
/** Not all objectives were met, or not all could be evaluated. */
const NOT_PASSED = 99;

/**
 * The two functions that loadtest.yml calls, in `before` and in `after`.
 * @param {object} test as processor.mjs gives it, with the plan of this share, the whole of it, and whether it was edited
 */
export function mainThread(test) {
  const { plan, whole, problem, made, isEdited, folder } = test;
  let requests = 0;
  let isInvalid = false;
  let began = false;
  /** The number of the objective that stopped the test. */
  let stoppedBy = null;
  /** The worker's last word: how the load ended. */
  let end = null;
  /** Why this is no result at all. */
  let broken = null;
  let signalled = false;
  let planText, sink, score, send, onEnd, written, patience;

  async function before() {
    try {
      const old = nodeProblem(process.versions.node);
      if (old) throw new Error(old);
      const { phases } = global.artillery.testInfo.metadata.testConfig;
      const wrong = problem ?? phasesProblem(phases, whole);
      if (wrong) throw new Error(wrong);
      const { certificates, startAt } = readMaterial(test);
      trust(certificates);
      fitPhases(phases, plan, Math.max(0, (startAt ?? 0) - Date.now()));
      planText = readFileSync(new URL("plan.json", folder), "utf8").trim();
      sink = openSink(process.env.LOAD_TEST_SAMPLES);
    } catch (error) {
      stop(error.message);
    }
    if (process.env.LOAD_TEST_CHECK) {
      process.stdout.write(
        "load test: the script is complete; nothing was sent.\n",
      );
      process.exit(0);
    }
    score = newScore(plan, !sink.isRead);
    send = openChannel(receive);
    global.artillery.globalEvents.on("shutdown:start", ({ exitCode }) => {
      signalled = exitCode > 128;
    });
  }

  function receive({ startedAt, lines = [], broke, end: last }) {
    if (startedAt !== undefined) begin(startedAt);
    for (const line of lines) read(line);
    if (broke) {
      broken = broke;
      global.artillery.shutdown({ exitCode: 1, earlyStop: true });
    }
    if (last) {
      ended(last);
      if (broken || end.cause === "interrupted") return;
      const shutDown = () =>
        global.artillery.shutdown({ exitCode: 0, earlyStop: true });
      // Artillery itself would wait for ever for what is still in flight.
      if (end.interrupted > 0) shutDown();
      else patience = setTimeout(shutDown, PATIENCE_MS);
    }
  }

  function begin(startedAt) {
    began = true;
    const { planHash, workflowHash, baselineHash, scriptHash } = made;
    const head = ["begin", 1, "artillery", global.artillery.version, startedAt];
    const edited = isEdited ? { edited: true } : {};
    const share = plan.shard[1] > 1 ? { shard: plan.shard } : {};
    const hashes = {
      ...{ planHash, workflowHash, baselineHash, scriptHash },
      ...edited,
      ...share,
    };
    const host = { os: os.platform(), cpus: os.cpus().length };
    // The plan goes into the line as the text that it came as.
    sink.write(
      `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(hashes).slice(0, -1)},"plan":${planText},"host":${JSON.stringify(host)}}]`,
    );
  }

  function read(line) {
    if (line[0] === "req") told(line);
    sink.write(JSON.stringify(line));
    const broken = score.read(line);
    if (broken === null || stoppedBy !== null) return;
    stoppedBy = broken;
    send({ stop: "objective" });
  }

  function told([, , , , outcome, , { detail = "" }]) {
    requests += 1;
    if (outcome !== "invalid_request" || isInvalid) return;
    isInvalid = true;
    process.stderr.write(`${invalidLine(detail)}\n`);
  }

  function ended(last) {
    end = last;
    const { cause, iterationsStarted, dropped, interrupted, inFlight } = last;
    written = sink.end(
      JSON.stringify([
        "end",
        cause,
        iterationsStarted,
        dropped,
        interrupted,
        inFlight,
        sink.lost,
      ]),
      LAST_LINES_MS,
    );
    onEnd?.();
  }

  /** After Artillery's own summary: nothing is printed behind this. */
  async function after() {
    clearTimeout(patience);
    if (began && !end) await askForEnd();
    if (!end && !signalled)
      broken ??= began
        ? "the virtual users fell silent."
        : "no virtual user came, so there was no load.";
    if (end && end.iterationsStarted > 0 && requests + end.inFlight === 0)
      broken ??= "no request was made.";
    if (began && !end) ended({ cause: "broke", ...NOTHING });
    await written;
    if (broken) {
      process.stderr.write(`load test: ${broken}\n`);
      global.artillery.suggestedExitCode = 1;
      return;
    }
    const { inFlight, interrupted, iterationsStarted } = end ?? NOTHING;
    const { verdict, lines } = score.sumUp({
      cutShort: end?.cause !== "planned",
      linesLost: sink.lost > 0,
      inFlight,
      interrupted,
      iterationsStarted,
      broken: end?.cause === "objective" ? stoppedBy : null,
    });
    process.stdout.write(`\n${lines.join("\n")}\n`);
    // After a signal Artillery's own code stays: 130 or 143.
    if (!signalled && verdict !== "passed")
      global.artillery.suggestedExitCode = NOT_PASSED;
  }

  function askForEnd() {
    return new Promise((resolve) => {
      onEnd = resolve;
      setTimeout(resolve, LAST_LINES_MS);
      send({ stop: "interrupted" });
    });
  }

  return { before, after };
}

const NOTHING = {
  iterationsStarted: 0,
  dropped: 0,
  interrupted: 0,
  inFlight: 0,
};
