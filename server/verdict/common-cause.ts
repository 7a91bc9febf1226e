/** When every request, or every execution, of a run ended in the same failure, the reason is one sentence, and the counts only say how often. Pure. */
import type { Fold, Tally } from '../metrics/fold.ts';
import type { Outcome } from '../samples/sample.ts';
import { firstAddress } from '../script/flow/paths.ts';
import type { TestPlan } from '../script/plan.ts';

interface Failed {
  /** What a tool said of one of them; empty: nothing. */
  readonly example: string;
  /** The full address of the request that all others wait for. */
  readonly first: string;
}

/** @param target its base URL */
type Sentences = Partial<Record<Outcome, (target: string, failed: Failed) => string>>;

/** What may become of an execution whose requests, login and polls among them, went well. */
const OF_EXECUTIONS: Sentences = {
  cached_answer: () => 'Every answer came from a cache, so the workflow was not run.',
  workflow_failed: () => 'The workflow failed every time.',
  check_failed: () => 'Every answer failed a check.',
  execution_lost: (target) => `The target began every execution and then did not know it any more. Do several processes answer at ${target}, each with executions of its own?`,
  poll_deadline: () => 'No execution was over before the deadline of the polls.',
};

const OF_REQUESTS: Sentences = {
  ...OF_EXECUTIONS,
  refused: (target) => `The target refused every connection. Is it running at ${target}?`,
  dns: (target) => `The name of the target was not found: ${target}.`,
  tls: (target, { example }) => `No secure connection could be made to ${target}: ${whyNoTls(example)}`,
  reset: (target) => `The target broke every connection: ${target}.`,
  timeout: (target) => `The target never answered in time: ${target}.`,
  auth: () => 'The target refused every request as not authenticated. Is the token right, and is it still valid?',
  not_found: (_target, { first }) => `The target knows nothing under the address of the test: ${first}.`,
  redirected: (target) => `The target redirected every request, and redirects are not followed. Give the final address instead of ${target}.`,
  invalid_request: () => 'The target called every request invalid: the inputs do not fit the workflow.',
  limited: () => 'The target limits the rate of requests and refused every one of them.',
  bad_body: (target) => `No answer was one of a workflow server. Is ${target} the right address for this preset?`,
  http_5xx: () => 'The target answered every request with an error of its own (5xx). Its log says more.',
};

/** null: there was no request, or they did not all fail alike. */
export function commonCause(fold: Fold, target: TestPlan['target']): string | null {
  return sentenceOf(OF_REQUESTS, fold.requests('whole'), target) ?? sentenceOf(OF_EXECUTIONS, fold.executions('whole'), target);
}

function sentenceOf(sentences: Sentences, tally: Tally, target: TestPlan['target']): string | null {
  const outcome = onlyOutcome(tally);
  return sentences[outcome]?.(target.baseUrl, { example: tally.examples[outcome] ?? '', first: firstAddress(target) }) ?? null;
}

/** What k6, Locust and Artillery say, in the words of Go and of OpenSSL, when a plain answer comes where a handshake was due. */
const PLAIN_ANSWER = /first record does not look like a TLS handshake|HTTP response to HTTPS client|wrong.version.number|packet.length.too.long|record.layer.failure/i;
const CERTIFICATE = /cert|x509|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|hostname.mismatch|INVALID_CA/i;

function whyNoTls(example: string): string {
  if (PLAIN_ANSWER.test(example)) return 'nothing there speaks TLS. Was http:// meant?';
  return CERTIFICATE.test(example) ? 'its certificate was not accepted.' : 'the handshake failed.';
}

/** `ok` also when there are several. */
function onlyOutcome({ total, counts }: Tally): Outcome {
  const [outcome, count] = (Object.entries(counts) as [Outcome, number][])[0] ?? ['ok', 0];
  return count === total ? outcome : 'ok';
}
