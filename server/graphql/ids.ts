/** Opaque ids of the API. Whatever is not one of ours is "not found", never a database error. */
import { decodeGlobalID, encodeGlobalID } from '@pothos/plugin-relay';
import { notFound, Refusal } from '../refusal.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function localId(globalId: string, type: 'LoadTest' | 'LoadTestRun'): string {
  const what = type === 'LoadTest' ? 'load test' : 'run';
  let decoded: { typename: string; id: string };
  try {
    decoded = decodeGlobalID(globalId);
  } catch {
    throw notFound(what);
  }
  if (decoded.typename !== type || !UUID.test(decoded.id)) throw notFound(what);
  return decoded.id;
}

/** As `id` fields have it. */
export const globalId = (type: 'LoadTestRun', id: string): string => encodeGlobalID(type, id);

export const isUuid = (id: string): boolean => UUID.test(id);

/** For queries: what is not there is null, also when the id is not one of ours. */
export function idOrNull(globalId: string, type: 'LoadTest' | 'LoadTestRun'): string | null {
  try {
    return localId(globalId, type);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
