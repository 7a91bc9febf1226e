/** Is it the database that is away for now, or full, or is the statement wrong? Only the first is worth another try at once. */

/** Of Node's sockets and of postgres.js. */
const CONNECTION = /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;
/** SQLSTATE of PostgreSQL: connection exceptions, too many connections, shut down, crashed, not ready yet, a standby that takes no writes, a transaction that was idle for too long. */
const STATE = /^(08...|53300|57P0[123]|25006|25P03)$/;

export function isAway(error: unknown): boolean {
  return codesOf(error).some((code) => CONNECTION.test(code) || STATE.test(code));
}

/** SQLSTATE: no room on its disk, out of memory, too many of something. */
export function isFull(error: unknown): boolean {
  return codesOf(error).some((code) => code.startsWith('53'));
}

/** Drizzle wraps the driver's error; Node joins those of several addresses. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { code } = error as NodeJS.ErrnoException;
  return [...(typeof code === 'string' ? [code] : []), ...(error instanceof AggregateError ? error.errors.flatMap(codesOf) : []), ...codesOf(error.cause)];
}
