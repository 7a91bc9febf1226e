/** What became of a request or an execution, in words: the same in the panel and in reports. */
import type { Outcome } from './sample.ts';

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  ok: 'Succeeded',
  workflow_failed: 'A node failed, although the status was 2xx',
  cached_answer: 'Answered from a cache: the workflow did not run',
  bad_body: 'The answer could not be read',
  check_failed: 'A check failed',
  redirected: 'Redirected',
  auth: 'Not let in (401 or 403)',
  not_found: 'Not found (404)',
  invalid_request: 'The target did not take the request (422): the test is wrong',
  limited: 'Too many requests (429)',
  http_4xx: 'Status 4xx',
  http_5xx: 'Status 5xx',
  timeout: 'No answer within the timeout',
  refused: 'Connection refused',
  reset: 'Connection closed too early',
  dns: 'Name not found',
  tls: 'Certificate or TLS trouble',
  execution_lost: 'The execution was lost while polling',
  poll_deadline: 'Not done within the polling time',
  other: 'Something else',
};
