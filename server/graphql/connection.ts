/** Relay connections, forwards only, over lists that are read newest first. */
import { resolveCursorConnection } from '@pothos/plugin-relay';
import { Refusal } from '../refusal.ts';
import { isUuid } from './ids.ts';

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

/** `read` gets the position after which to read, and how many to read at most. `isId`: what an id in a cursor of this list looks like. */
export function page<T extends Position>({ first, after }: PageArgs, read: (before: Position | null, limit: number) => Promise<T[]>, isId: (id: string) => boolean = isUuid) {
  return resolveCursorConnection(
    { args: { first: first ?? null, after: after ?? null }, defaultSize: DEFAULT_SIZE, maxSize: MAX_SIZE, toCursor: cursorOf },
    ({ after: cursor, limit }: { after?: string; limit: number }) => read(positionOf(cursor, isId), limit),
  );
}

/** Cursors are opaque to users: the position in the list's order. */
function cursorOf({ createdAt, id }: Position): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString('base64url');
}

function positionOf(cursor: string | undefined, isId: (id: string) => boolean): Position | null {
  if (!cursor) return null;
  const [, time = '', id = ''] = /^(\d{1,15}) (.+)$/s.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  const createdAt = new Date(Number(time));
  // Nothing would be told by starting over: whoever follows pages would never come to an end.
  if (time === '' || !isId(id) || createdAt > LAST_MOMENT) throw new Refusal('invalid_input', 'This cursor is none of this list.', { problems: [{ path: 'after', message: 'Give an endCursor of this list.' }] });
  return { createdAt, id };
}

/** Later ones are written in another way than PostgreSQL reads. */
const LAST_MOMENT = new Date('9999-12-31T23:59:59.999Z');
