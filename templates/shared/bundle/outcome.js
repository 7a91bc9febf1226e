// What became of a request, read from status and body. The same rules as outcome.py; both are held to vectors/outcome.json.

/**
 * @param {{ success: 'studio' | 'gateway', failOnSuccessFalse: boolean }} rule
 * @param {number} status HTTP status
 * @param {string} body the whole answer as text
 * @returns {[outcome: string, detail: string]} detail is empty when there is nothing to say
 */
export function outcomeOf(rule, status, body) {
  if (status >= 300 && status < 400) return ['redirected', `status ${status}`];
  if (status === 401 || status === 403) return ['auth', `status ${status}`];
  if (status === 404) return ['not_found', `status ${status}`];
  if (status === 422) return ['invalid_request', start(body)];
  if (status === 429) return ['limited', `status ${status}`];
  if (status >= 400 && status < 500) return ['http_4xx', `status ${status}`];
  if (status >= 500) return ['http_5xx', `status ${status}`];
  if (status < 200) return ['other', `status ${status}`];

  const answer = parse(body);
  if (!isObject(answer)) return ['bad_body', 'the answer is not a JSON object'];
  // A gateway repeats its answer to an equal POST from a cache: a cached answer measures the cache.
  if (answer.cached === true) return ['cached_answer', 'the answer came from a cache'];
  if (rule.success === 'gateway') {
    if (status !== 200) return ['bad_body', `status ${status} where a gateway answers 200`];
    if (!isObject(answer.outputs)) return ['bad_body', 'the answer has no outputs'];
  }
  if (answer.status === 'failed' || answer.status === 'error') return ['workflow_failed', start(body)];
  const outputs = isObject(answer.outputs) ? answer.outputs : answer.results;
  const node = isObject(outputs) ? failedNode(outputs, rule.failOnSuccessFalse) : null;
  return node === null ? ['ok', ''] : ['workflow_failed', start(`node ${node} failed`)];
}

/** Kailash answers 200 although a node failed: `failed: true`, or `success: false` from nodes that only report. */
function failedNode(outputs, failOnSuccessFalse) {
  for (const node of Object.keys(outputs)) {
    const output = outputs[node];
    if (isObject(output) && (output.failed === true || (failOnSuccessFalse && output.success === false))) return node;
  }
  return null;
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first 200 characters; whole ones, so that no half of a pair is left at the end. */
function start(text) {
  return [...text.slice(0, 400)].slice(0, 200).join('');
}
