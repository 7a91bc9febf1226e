// The sample protocol: one JSON array a line, see the README. Pure.

/**
 * @param {boolean} isEdited PLAN or FLOW is not what was generated
 * @param {[index: number, count: number]} shard which share of the plan this is
 * @param {string} planText the plan as JSON text; it goes into the line as it is
 */
export function beginLine(
  made,
  isEdited,
  shard,
  toolVersion,
  startedAt,
  planText,
) {
  const { planHash, workflowHash, baselineHash, scriptHash } = made;
  // A k6 script cannot ask for the machine that it runs on.
  const host = { os: "unknown", cpus: null };
  const edited = isEdited ? { edited: true } : {};
  const share = shard[1] > 1 ? { shard } : {};
  const hashes = JSON.stringify({
    ...{ planHash, workflowHash, baselineHash, scriptHash },
    ...edited,
    ...share,
  }).slice(0, -1);
  return `["begin",1,"k6",${JSON.stringify(toolVersion)},${startedAt},${hashes},"plan":${planText},"host":${JSON.stringify(host)}}]`;
}

export function requestLine(
  name,
  startMicros,
  durationMicros,
  outcome,
  status,
  extra,
) {
  return JSON.stringify([
    "req",
    startMicros,
    name,
    durationMicros,
    outcome,
    status,
    extra,
  ]);
}

/** An execution that took several requests. */
export function executionLine(startMicros, durationMicros, outcome, detail) {
  const line = ["exec", startMicros, durationMicros, outcome];
  return JSON.stringify(detail ? [...line, { detail }] : line);
}

/** What no single user of k6 can know is null: what is in flight, started and dropped; and the users of an open model. */
export function gaugeLine(atMicros, users, lagMs) {
  return JSON.stringify(["gauge", atMicros, users, null, null, null, lagMs]);
}

export function endLine(cause, { started, dropped, interrupted, inFlight }) {
  return JSON.stringify([
    "end",
    cause,
    started,
    dropped,
    interrupted,
    inFlight,
    0,
  ]);
}
