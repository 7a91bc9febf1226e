// What a script tells of failures besides its lines. The same as told.py; both are held to vectors/told.json. Pure.

/**
 * At once, of the first answer of status 422 (`invalid_request`): what is sent is not what the target takes, so the test is wrong.
 * @param {string} detail of the request, without secrets
 */
export function invalidLine(detail) {
  const said = detail
    .replace(/[^!-~\u00a1-\u2027\u202a-\uffff]+/g, " ")
    .replace(/^ | $/g, "");
  return `load test: the target answered 422${said && ": "}${said}`;
}

/**
 * At the end, above the table of the objectives.
 * @param {Record<string, number>} outcomes of executions, each with how many there were
 * @returns {string[]} one line; none when nothing failed
 */
export function failureLines(outcomes) {
  const failed = Object.entries(outcomes)
    .filter(([outcome, count]) => outcome !== "ok" && count > 0)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([outcome, count]) => `${count} ${outcome}`);
  return failed.length > 0 ? [`failed executions: ${failed.join(", ")}`] : [];
}
