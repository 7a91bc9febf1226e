/** Is it the database that is away for now, or is the statement wrong? Only the first is worth another try. */

/** Of Node's sockets and of postgres.js. */
const CONNECTION = /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;
/** SQLSTATE of PostgreSQL: connection exceptions, too many connections, shut down, crashed, not ready yet, a standby that takes no writes, a transaction that was idle for too long. */
const STATE = /^(08...|53300|57P0[123]|25006|25P03)$/;

export function isAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string' && (CONNECTION.test(code) || STATE.test(code))) return true;
    // Drizzle wraps the driver's error; Node joins those of several addresses.
    if (at instanceof AggregateError && at.errors.some(isAway)) return true;
  }
  return false;
}
