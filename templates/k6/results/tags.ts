/** What the tags of a point say. */
/// <reference path="./bundled.d.ts" />
import type { Outcome } from '../../../server/samples/sample.ts';
import { outcomeOf, start } from '../../shared/bundle/outcome.js';
import { oneLine } from '../../shared/results/names.ts';
import { failureOf } from '../instrument/failure.js';

export interface Tags {
  readonly name: string;
  /** What became of the request; null: these tags do not say. */
  readonly answer: Answer | null;
  /** Name of the check; empty: it is none. */
  readonly check: string;
}

export interface Answer {
  readonly outcome: Outcome;
  /** 0: no answer, or k6 was told to leave it out. */
  readonly status: number;
  readonly detail: string | undefined;
}

/** Only the status is known of a body. */
const BY_STATUS = { success: 'custom', failOnSuccessFalse: false } as const;

/** @param tags anything; what is no text of a tag is not there */
export function tagsOf(tags: unknown): Tags {
  const tag = (name: string): string => {
    const value: unknown = typeof tags === 'object' && tags !== null && Object.hasOwn(tags, name) ? (tags as Record<string, unknown>)[name] : '';
    return typeof value === 'string' ? value : '';
  };
  return {
    name: oneLine(tag('name') || tag('url')),
    answer: answerBy({ status: tag('status'), code: Number(tag('error_code')), error: tag('error'), expected: tag('expected_response') }),
    check: tag('check') === '' ? '' : oneLine(tag('check')),
  };
}

interface AnswerTags {
  readonly status: string;
  readonly code: number;
  readonly error: string;
  readonly expected: string;
}

/** What the script called an expected response is one: a redirect that was followed, the 401 before a digest. */
function answerBy({ status: text, code, error, expected }: AnswerTags): Answer | null {
  const status = statusOf(text, code);
  if (expected === 'true') return { outcome: 'ok', status, detail: undefined };
  if (status === 0) return text === '' && code === 0 && error === '' ? null : failed(failureOf(code, error), 0);
  // Without a say of the script, what k6 itself expects.
  if (expected === '' && status >= 200 && status < 400) return { outcome: 'ok', status, detail: undefined };
  const { outcome, detail } = outcomeOf(BY_STATUS, status, '');
  return failed(outcome === 'ok' ? ['other', `status ${status} where the script expects another`] : [outcome, detail], status);
}

const failed = ([outcome, detail]: readonly [Outcome, string], status: number): Answer => ({ outcome, status, detail: detail === '' ? undefined : start(detail) });

/** An error code of HTTP is the status, and a thousand. */
function statusOf(text: string, code: number): number {
  const status = /^[1-9]\d{2}$/.test(text) ? Number(text) : 0;
  return status === 0 && code >= 1400 && code < 1600 ? code - 1000 : status;
}
