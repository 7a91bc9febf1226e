/**
 * What large bodies take of memory: virtual users of k6 share nothing, so each of them has its own, and further copies while it is sent.
 * Measured with k6 2.2, 20 users and 10 MB: 0.7 GB as bytes, 1.4 to 1.6 GB as text that is put together, 3.7 GB where it is not ASCII.
 */
import type { ScriptInput, ScriptRequest } from '../framework.ts';
import { requestsIn } from '../shared/values.ts';

const COPIES_OF_BYTES = 4;
const COPIES_OF_TEXT = 8;
const COPIES_OF_UNICODE = 18;
const GIGABYTE = 1e9;

/** Above so much it is told. */
const MUCH = GIGABYTE;

export function memoryWarnings({ plan, flow, data }: ScriptInput): string[] {
  const perUser = requestsIn(flow).reduce((sum, request) => sum + memoryOf(request), 0);
  const bytes = plan.maxUsers * perUser;
  if (bytes <= MUCH) return [];
  return [`k6 keeps a copy of what is sent for each of its ${plan.maxUsers} users: with bodies of this size it needs about ${Math.ceil(bytes / GIGABYTE)} GB of memory.`];

  function memoryOf({ body }: ScriptRequest): number {
    const files = (body ?? []).flatMap((part) => ('file' in part ? [part.file] : []));
    const asBytes = body?.length === 1 && !flow.secrets.some(({ file }) => file === files[0]);
    return files.reduce((sum, file) => {
      const text = data[file] ?? '';
      const length = Buffer.byteLength(text);
      if (asBytes) return sum + COPIES_OF_BYTES * length;
      return sum + (length === text.length ? COPIES_OF_TEXT : COPIES_OF_UNICODE) * length;
    }, 0);
  }
}
