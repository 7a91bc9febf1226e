/** A database that knows how many rows a query has given at most, and all of them together. */
import type { Db } from '../../server/db/client.ts';

export function measured(db: Db): { readonly db: Db; readonly mostRows: number; readonly rows: number } {
  let mostRows = 0;
  let all = 0;
  const count = (rows: number) => {
    mostRows = Math.max(mostRows, rows);
    all += rows;
  };
  return {
    db: watched(db, count),
    get mostRows() {
      return mostRows;
    },
    get rows() {
      return all;
    },
  };
}

/** Whatever it makes is watched, too, up to the query that is waited for. */
function watched<T extends object>(made: T, onRows: (rows: number) => void): T {
  return new Proxy(made, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (key === 'then') args[0] = tell(args[0] as (rows: unknown) => unknown, onRows);
        const result: unknown = value.apply(target, args);
        return typeof result === 'object' && result !== null && !(result instanceof Promise) ? watched(result, onRows) : result;
      };
    },
  });
}

const tell = (then: (rows: unknown) => unknown, onRows: (rows: number) => void) => (rows: unknown) => {
  if (Array.isArray(rows)) onRows(rows.length);
  return then(rows);
};
