// One virtual user's way through the requests of a flow: which one is next, and what became of the execution. Pure: no clock, no requests.
// The same as journey.py; both are held to vectors/journey.json.
//
//   login -> set-up, once for each user -> execute -> poll, poll ... until the execution is over
//
// A flow with a `baseline` has two definitions: alternate.js says which iteration sends it in the place of execute. What the baseline came to stands
// under its own name: an execution is one of execute, and so are the checks that are counted.
//
// A 401 sends the user to log in again and the same request once more, once in an iteration; then it is a failure.
//
// What the set-up gave is gone when its target was started anew. It is forgotten, and the next iteration sets up again, when a set-up
// request or execute is answered 404; and when one is answered 5xx, as Kailash without auth does then, and the answer before was a 404, a
// 5xx or none at all: a single 5xx has other reasons. A target that always answers 5xx sees one set-up in two iterations.
import { isBaselineTurn } from "./alternate.js";
import { checksOf, valueAt } from "./checks.js";
import { LONGEST_DETAIL, outcomeOf, parse, start } from "./outcome.js";
import { lifeOf, renewAheadOf } from "./token.js";

/**
 * @param {object} flow FLOW of the script
 * @param {{ pollIntervalMs: number | null, pollDeadlineMs: number | null, seed: number }} plan PLAN of the script
 * @param {Record<string, string>} variables values of the environment variables that the flow names
 * @param {() => number} nowEpochMs the wall clock
 */
export function newJourney(flow, plan, variables, nowEpochMs) {
  /** What answers gave: token, session, workflow live as long as the user, execution as long as the iteration. */
  let values = {};
  let renewAtMs = Infinity;
  /** Nothing was sent since the login: its token is not asked for again. */
  let fresh = false;
  /** The answer before was one that a target gives whose sessions are gone. */
  let doubted = false;
  let iteration;
  const secrets = Object.values(variables).flatMap(formsOf);

  /**
   * @param {number | null} plannedMs open model: when this iteration was due
   * @param {number} number of this iteration, from 0
   */
  function begin(plannedMs, number) {
    const isBaseline = flow.baseline && isBaselineTurn(number, plan.seed);
    iteration = {
      execute: isBaseline ? flow.baseline : flow.execute,
      plannedMs,
      firstMs: null,
      executeMs: null,
      setUpSent: false,
      renewed: false,
      accepted: false,
      pollAtMs: 0,
      over: null,
    };
    values = without(values, "execution");
  }

  /**
   * The request that is next, and not before when it is sent; null: the execution is over.
   * @returns {{ request: object, path: string, headers: Record<string, string>, values: Record<string, string>, atMs: number } | null}
   */
  function next(nowMs) {
    if (iteration.over) return null;
    const pollMs = Math.max(nowMs, iteration.pollAtMs);
    const request = requestAt(iteration.accepted ? pollMs : nowMs);
    const path = request.path.replace(
      /\{(session|workflow|execution)\}/g,
      (_, name) => encodeURIComponent(values[name]),
    );
    return {
      request,
      path,
      headers: headersOf(request),
      values,
      atMs: request === flow.poll ? pollMs : nowMs,
    };
  }

  /** @param {number} atMs when it would be sent: the token must be good then */
  function requestAt(atMs) {
    const expires = atMs >= renewAtMs && !fresh;
    if (flow.login && (values.token === undefined || expires))
      return flow.login;
    const missing = flow.setUp.find(
      ({ takes }) => values[takes.value] === undefined,
    );
    if (missing) return missing;
    return iteration.accepted ? flow.poll : iteration.execute;
  }

  function headersOf(request) {
    const headers = Object.fromEntries(
      request.headers.map(({ name, value }) => [name, value]),
    );
    const { credential } = flow;
    if (credential && request !== flow.login)
      headers[credential.header] =
        credential.prefix +
        (credential.variable === null
          ? values.token
          : variables[credential.variable]);
    return headers;
  }

  /**
   * What the request came to, for its sample.
   * @param {{ status: number, body: string } | { failure: [outcome: string, detail: string] }} answer
   * @returns {{ outcome: string, detail: string, exec: boolean, checks: [passed: number, failedNames: string[]] | null }}
   *   exec: this request is also the whole execution
   */
  function answered(request, startMs, endMs, answer) {
    iteration.firstMs ??= startMs;
    if (request === iteration.execute) iteration.executeMs = startMs;
    else if (iteration.executeMs === null) iteration.setUpSent = true;
    fresh = false;
    const read = answer.failure
      ? {
          outcome: answer.failure[0],
          detail: answer.failure[1],
          execution: answer.failure,
        }
      : outcomeOf(
          {
            success: request.success,
            failOnSuccessFalse: flow.failOnSuccessFalse,
          },
          answer.status,
          answer.body,
        );
    if (read.outcome === "ok" && request.takes) take(request, read, endMs);
    if (answer.status === 401 && renews(request))
      return sampleOf(read, false, null);
    const checks =
      read.execution && read.execution[0] === "ok" && flow.checks.length > 0
        ? checksOf(flow.checks, read.answer)
        : null;
    if (checks && checks[1].length > 0)
      read.execution = [
        "check_failed",
        start(`failed: ${checks[1].join(", ")}`),
      ];
    const exec =
      request === iteration.execute &&
      (flow.poll === null || read.outcome !== "ok");
    if (request !== flow.login) doubt(request, read.outcome, answer.failure);
    proceed(request, read, endMs, exec);
    return sampleOf(
      exec ? { outcome: read.execution[0], detail: read.execution[1] } : read,
      exec && !isBaseline(),
      isBaseline() ? null : checks,
    );
  }

  /** This iteration is no execution. */
  function isBaseline() {
    return iteration.execute === flow.baseline;
  }

  /** A 401 is answered with another login, once. */
  function renews(request) {
    if (!flow.login || request === flow.login || iteration.renewed)
      return false;
    iteration.renewed = true;
    values = without(values, "token");
    // It was not executed: the next request is its first.
    if (request === iteration.execute) iteration.executeMs = null;
    return true;
  }

  function take(request, read, endMs) {
    const { value, pointer } = request.takes;
    const taken = valueAt(read.answer, pointer);
    const problem = problemOf(value, taken);
    if (problem) {
      read.outcome = "bad_body";
      read.detail = `${problem} at ${pointer}`;
      read.execution = [read.outcome, read.detail];
      return;
    }
    values = { ...values, [value]: taken };
    if (value !== "token") return;
    fresh = true;
    const lifeMs = lifeOf(
      taken,
      valueAt(read.answer, pointer.replace(/[^/]*$/, "expires_in")),
      nowEpochMs(),
    );
    renewAtMs =
      lifeMs === null ? Infinity : endMs + lifeMs - renewAheadOf(lifeMs);
  }

  function proceed(request, read, endMs, exec) {
    if (request === flow.poll) {
      if (read.outcome === "not_found")
        return end(["execution_lost", read.detail], endMs, false);
      if (read.execution) return end(read.execution, endMs, false);
      if (endMs >= deadlineMs())
        return end(["poll_deadline", "it was not over"], endMs, false);
      pollLater(endMs);
    } else if (exec) end(read.execution, endMs, true);
    else if (read.outcome !== "ok") end(read.execution, endMs, false);
    else if (request === iteration.execute) {
      iteration.accepted = true;
      pollLater(endMs);
    }
  }

  /** Is what the set-up gave still there? */
  function doubt(request, outcome, failure) {
    const isGone =
      outcome === "not_found" || (outcome === "http_5xx" && doubted);
    doubted = isGone || outcome === "http_5xx" || failure !== undefined;
    if (!isGone || request === flow.poll) return;
    for (const { takes } of flow.setUp) values = without(values, takes.value);
    doubted = false;
  }

  function deadlineMs() {
    return iteration.executeMs + plan.pollDeadlineMs;
  }

  /** The last poll is sent at the deadline: what is not over then took longer. */
  function pollLater(endMs) {
    iteration.pollAtMs = Math.min(endMs + plan.pollIntervalMs, deadlineMs());
  }

  function end([outcome, detail], endMs, exec) {
    iteration.over = { outcome, detail: shown(outcome, detail), endMs, exec };
  }

  /** The execution, once it is over; null: a request was also the execution, or it was the baseline's turn. In an open model it begins when it was due, unless the user had to be set up first. */
  function execution() {
    const { over, plannedMs, firstMs, executeMs, setUpSent } = iteration;
    if (over.exec || isBaseline()) return null;
    const startMs =
      executeMs === null
        ? firstMs
        : plannedMs === null || setUpSent
          ? executeMs
          : plannedMs;
    const { endMs, outcome, detail } = over;
    return { startMs, endMs, outcome, detail };
  }

  function sampleOf({ outcome, detail }, exec, checks) {
    return { outcome, detail: shown(outcome, detail), exec, checks };
  }

  function shown(outcome, detail) {
    return outcome === "ok" ? "" : masked(detail);
  }

  /** A target may repeat what it was sent; a detail never does. */
  function masked(detail) {
    const isCut = [...detail].length >= LONGEST_DETAIL;
    let text = detail;
    // Longer ones first: one secret may be the beginning of another.
    for (const secret of [...secrets, ...formsOf(values.token ?? "")].sort(
      (a, b) => b.length - a.length,
    )) {
      if (secret.length < LEAST_SECRET) break;
      text = text.split(secret).join("***");
      if (isCut) text = withoutTail(text, secret);
    }
    return text;
  }

  return { begin, next, answered, execution, isBaseline };
}

/** As it is, as JSON would write it, and as what it is the JSON of: an answer may repeat a text in each of these ways. */
function formsOf(text) {
  const read = parse(`"${text}"`);
  return [
    ...new Set([
      text,
      JSON.stringify(text).slice(1, -1),
      typeof read === "string" ? read : text,
    ]),
  ];
}

/** The end of a detail that was cut may be the beginning of a secret. */
function withoutTail(text, secret) {
  for (
    let length = Math.min(secret.length, text.length);
    length >= LEAST_SECRET;
    length--
  )
    if (text.endsWith(secret.slice(0, length)))
      return `${text.slice(0, -length)}***`;
  return text;
}

/** Why what an answer gave cannot be sent; null: it can. */
function problemOf(value, taken) {
  if (typeof taken !== "string" || taken === "")
    return "the answer has no text";
  if (value === "token" && !/^[ -~]*$/.test(taken))
    return "the answer has a text that no header can hold";
  try {
    encodeURIComponent(taken);
    return null;
  } catch {
    // Half of a pair of surrogates.
    return "the answer has a text that no path can hold";
  }
}

/** Shorter values are words that stand everywhere. */
const LEAST_SECRET = 4;

function without(values, name) {
  const { [name]: _, ...others } = values;
  return others;
}
