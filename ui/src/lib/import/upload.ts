/** A file of results goes to the server as it is; what comes back is the id by which it is imported. */
import { resolve } from '$app/paths';
import type { Answer } from '../graphql/answer.ts';
import { authorization } from '../graphql/client.ts';
import { text } from '../text/text.ts';

export async function upload(file: Blob): Promise<Answer<string>> {
  let response: Response;
  try {
    response = await fetch(`${resolve('/')}imports`, { method: 'PUT', body: file, headers: authorization() });
  } catch {
    return { trouble: { unreachable: true, message: text.error.unreachable } };
  }
  const said = (await response.json().catch(() => null)) as { readonly uploadId?: string; readonly code?: string; readonly message?: string } | null;
  if (response.ok && said?.uploadId) return { ok: said.uploadId };
  if (said?.code && said.message) return { refusal: { code: said.code, message: said.message, problems: [], effectsHash: null } };
  return { trouble: { unreachable: false, message: text.error.serverFailed } };
}
