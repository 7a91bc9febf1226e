/** What a page that follows two subscriptions says of its connection. Pure. */
import type { Connection } from './follow.ts';

/** The worse first. An ended one has told everything: the other one decides. */
const WORSE: readonly Connection['kind'][] = ['refused', 'lost', 'connecting', 'live', 'ended'];

export function together(a: Connection, b: Connection): Connection {
  if (a.kind === 'lost' && b.kind === 'lost') return a.retryAt <= b.retryAt ? a : b;
  return WORSE.indexOf(a.kind) <= WORSE.indexOf(b.kind) ? a : b;
}
