/** Relay connections, forwards only, over lists that are read newest first. */
import { resolveCursorConnection } from '@pothos/plugin-relay';

export interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

const DEFAULT_SIZE = 20;
const MAX_SIZE = 100;

/** `read` gets the position after which to read, and how many to read at most. */
export function page<T extends Position>({ first, after }: PageArgs, read: (before: Position | null, limit: number) => Promise<T[]>) {
  return resolveCursorConnection(
    { args: { first: first ?? null, after: after ?? null }, defaultSize: DEFAULT_SIZE, maxSize: MAX_SIZE, toCursor: cursorOf },
    ({ after: cursor, limit }: { after?: string; limit: number }) => read(positionOf(cursor), limit),
  );
}

/** Cursors are opaque to users: the position in the list's order. */
function cursorOf({ createdAt, id }: Position): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString('base64url');
}

function positionOf(cursor: string | undefined): Position | null {
  if (!cursor) return null;
  const [time, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const createdAt = new Date(Number(time));
  if (!id || Number.isNaN(createdAt.getTime())) return null;
  return { createdAt, id };
}
