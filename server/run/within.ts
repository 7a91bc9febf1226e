/** Waits for it, but not longer, and leaves no timer. */

/** null: it took longer. */
export async function within<T>(ms: number, what: Promise<T>): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, ms, null);
  try {
    return await Promise.race([what, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects as one that was not answered when it took longer; it may be done all the same, sooner or later. */
export async function answered<T>(ms: number, what: Promise<T>): Promise<T> {
  const answer = await within(ms, what.then((value) => ({ value })));
  if (answer === null) throw Object.assign(new Error(`no answer within ${ms / 1000} s`), { code: 'ETIMEDOUT' });
  return answer.value;
}
