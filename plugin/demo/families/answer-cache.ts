/**
 * The gateway's answer cache: an equal POST (path, query and JSON body; headers do not count) gets the first answer again
 * for one hour, in another shape. On by default in a Kailash enterprise server and in Nexus; `X-Durable: false` passes it by.
 */
import type { Answer } from '../wire/answer.ts';
import { json } from '../wire/answer.ts';

const KEEP_MS = 60 * 60 * 1000;
const MOST = 10_000;

export class AnswerCache {
  readonly #answers = new Map<string, { readonly at: number; readonly answer: Answer }>();
  readonly #keys = new Map<string, string>();

  find(key: string): Answer | null {
    const found = this.#answers.get(key);
    if (!found) return null;
    const ageMs = performance.now() - found.at;
    if (ageMs > KEEP_MS) {
      this.#answers.delete(key);
      return null;
    }
    return json(200, {
      data: { content: found.answer.body },
      status_code: found.answer.status,
      headers: { 'content-type': 'application/json' },
      cached: true,
      cache_age_seconds: ageMs / 1000,
    });
  }

  /** Answers of 400 and above are not kept. */
  keep(key: string, answer: Answer): void {
    if (answer.status >= 400) return;
    const oldest = this.#answers.keys().next();
    if (this.#answers.size >= MOST && !oldest.done) this.#answers.delete(oldest.value);
    this.#answers.set(key, { at: performance.now(), answer });
  }

  /** An idempotency key that comes again with another body breaks the real server: 500. */
  conflicts(idempotencyKey: string, key: string): boolean {
    const before = this.#keys.get(idempotencyKey);
    if (before === undefined && this.#keys.size < MOST) this.#keys.set(idempotencyKey, key);
    return before !== undefined && before !== key;
  }
}
