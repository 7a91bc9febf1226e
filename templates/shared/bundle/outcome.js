// What became of a request, read from status and body. The same rules as outcome.py; both are held to vectors/outcome.json.

/**
 * @param {{ success: string, failOnSuccessFalse: boolean }} rule
 *   success: studio, gateway, custom: the answer is the execution's own; accepted, started: it begins an execution;
 *   polledGateway, polledSessions: it tells how an execution stands; value: any answer that is an object
 * @param {number} status HTTP status
 * @param {string} body the whole answer as text
 * @returns {{ outcome: string, detail: string, answer: unknown, execution: [outcome: string, detail: string] | null }}
 *   detail: empty when there is nothing to say; answer: the body as JSON, undefined when it is none (see parse);
 *   execution: what became of the execution, null when this answer does not say so (yet)
 */
export function outcomeOf(rule, status, body) {
  const refused = refusedBy(status, body);
  if (refused) return ended(refused, undefined);
  const answer = parse(body);
  // Another API may answer with anything; where it looks like Kailash's own answer, a failure in it is one.
  if (rule.success === "custom")
    return ended(isObject(answer) ? resultOf(answer, rule) : OK, answer);
  if (!isObject(answer))
    return ended(["bad_body", "the answer is not a JSON object"], answer);
  if (rule.success === "value") return running(answer);
  // A gateway repeats its answer to an equal POST from a cache: a cached answer measures the cache.
  if (answer.cached === true)
    return ended(["cached_answer", "the answer came from a cache"], answer);
  if (rule.success === "studio") return ended(resultOf(answer, rule), answer);
  if (status !== 200)
    return ended(
      ["bad_body", `status ${status} where 200 is expected`],
      answer,
    );
  switch (rule.success) {
    case "gateway":
      return ended(outputsOf(answer, rule), answer);
    case "accepted":
      return running(answer);
    case "started":
      return answer.status === "started"
        ? running(answer)
        : ended(["bad_body", "the execution was not started"], answer);
    case "polledGateway":
      return polled(answer, () => outputsOf(answer.result, rule));
    case "polledSessions":
      return polled(answer, () =>
        isNone(answer.error)
          ? outputsOf(answer, rule)
          : [
              "workflow_failed",
              start(textOf(answer.error) || "completed with an error"),
            ],
      );
  }
  throw new Error(`there is no rule ${rule.success}`);
}

const OK = ["ok", ""];
const UNFINISHED = ["pending", "started", "running"];

/** The status alone says that it failed. */
function refusedBy(status, body) {
  if (status >= 300 && status < 400) return ["redirected", `status ${status}`];
  if (status === 401 || status === 403) return ["auth", `status ${status}`];
  if (status === 404) return ["not_found", `status ${status}`];
  if (status === 422) return ["invalid_request", start(body)];
  if (status === 429) return ["limited", `status ${status}`];
  if (status >= 400 && status < 500) return ["http_4xx", `status ${status}`];
  if (status >= 500) return ["http_5xx", `status ${status}`];
  if (status < 200) return ["other", `status ${status}`];
  return null;
}

/** How an execution stands. `completed` is not success by itself: its outputs may tell of a failed node. */
function polled(answer, result) {
  if (UNFINISHED.includes(answer.status)) return running(answer);
  if (answer.status === "completed")
    return { ...running(answer), execution: result() };
  if (answer.status === "failed" || answer.status === "cancelled")
    return {
      ...running(answer),
      execution: [
        "workflow_failed",
        start(textOf(answer.error) || `status ${answer.status}`),
      ],
    };
  return ended(
    ["bad_body", "the answer tells no status that is known"],
    answer,
  );
}

/** The body of an execution must hold outputs. */
function outputsOf(answer, rule) {
  if (!isObject(answer) || !isObject(answer.outputs))
    return ["bad_body", "the answer has no outputs"];
  return resultOf(answer, rule);
}

/** What the body of an execution says. */
function resultOf(answer, { failOnSuccessFalse }) {
  if (answer.status === "failed" || answer.status === "error")
    return [
      "workflow_failed",
      start(textOf(answer.error) || `status ${answer.status}`),
    ];
  const outputs = isObject(answer.outputs) ? answer.outputs : answer.results;
  const node = isObject(outputs)
    ? failedNode(outputs, failOnSuccessFalse)
    : null;
  return node === null ? OK : ["workflow_failed", start(`node ${node} failed`)];
}

/** Kailash answers 200 although a node failed: `failed: true`, or `success: false` from nodes that only report. */
function failedNode(outputs, failOnSuccessFalse) {
  for (const node of Object.keys(outputs)) {
    const output = outputs[node];
    if (
      isObject(output) &&
      (output.failed === true ||
        (failOnSuccessFalse && output.success === false))
    )
      return node;
  }
  return null;
}

const running = (answer) => ({
  outcome: "ok",
  detail: "",
  answer,
  execution: null,
});
const ended = ([outcome, detail], answer) => ({
  outcome,
  detail,
  answer,
  execution: [outcome, detail],
});

/** The value of a JSON text; undefined when it is none, or nested more deeply than all languages can read. */
export function parse(body) {
  let answer = read(body);
  if (answer === undefined && REFUSES_HUGE) answer = read(withoutHuge(body));
  return opened(body) > DEEPEST && depthOf(answer) > DEEPEST
    ? undefined
    : answer;
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** k6 takes a number that is larger than every double for no JSON, which it is: elsewhere it is infinite. */
const REFUSES_HUGE = read("1e400") === undefined;

function withoutHuge(body) {
  if (!/[0-9][eE]\+?[0-9]|[0-9]{300}/.test(body)) return body;
  return body.replace(TOKENS, (token) =>
    token.startsWith('"') || Number.isFinite(Number(token))
      ? token
      : `${token.startsWith("-") ? "-" : ""}${Number.MAX_VALUE}`,
  );
}

/** Strings, and numbers as JSON writes them. */
const TOKENS =
  /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9.eE+-])/g;

/** Python gives up somewhere below 1,000. */
const DEEPEST = 500;

/** At most so deep is it nested; cheap to know. */
function opened(body) {
  return body.split("[").length + body.split("{").length - 2;
}

function depthOf(value) {
  let depth = -1;
  for (let level = [value]; level.length > 0; depth += 1)
    level = level
      .filter((one) => typeof one === "object" && one !== null)
      .flatMap(Object.values);
  return depth;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isNone = (value) => value === null || value === undefined;

/** Of an error: a text as it is, all else not shown, since languages write it differently. */
function textOf(value) {
  return typeof value === "string" ? value : "";
}

/** Characters that a detail has at most. */
export const LONGEST_DETAIL = 200;

/** The first characters; whole ones, so that no half of a pair is left at the end. */
export function start(text) {
  return [...text.slice(0, 2 * LONGEST_DETAIL)]
    .slice(0, LONGEST_DETAIL)
    .join("");
}
