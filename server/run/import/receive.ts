/** `PUT` of a file of results: its body becomes an upload, which `importResults` takes by its id. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Services } from '../../context.ts';
import { Refusal } from '../../refusal.ts';

/** Answers in JSON: `{"uploadId"}`, or `{"code", "message"}` as a Refusal has them. */
export async function receiveUpload(req: IncomingMessage, res: ServerResponse, { host, imports: { uploads } }: Pick<Services, 'host' | 'imports'>): Promise<boolean> {
  const answer = (status: number, body: object) => {
    // Of a file that is not wanted the rest need not come.
    res.writeHead(status, { 'content-type': 'application/json', ...(status < 400 ? {} : { connection: 'close' }) }).end(JSON.stringify(body));
    return true;
  };
  if (req.method !== 'PUT') return answer(405, { code: 'invalid_input', message: 'Send the file by PUT.' });
  const viewer = await host.identify(req, null);
  if (!viewer) return answer(401, { code: 'unauthenticated', message: 'Sign in first.' });
  if (!viewer.permissions.includes('load-testing:run')) return answer(403, { code: 'forbidden', message: 'You may look at load tests here, but not bring results.' });
  try {
    return answer(201, { uploadId: await uploads.receive(req, viewer.organizationId) });
  } catch (error) {
    if (error instanceof Refusal) return answer(413, { code: error.code, message: error.message });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return answer(507, { code: 'no_room', message: 'There is no room for this file on the server; its operator must make some.' });
    // Whoever sent it is gone.
    if (req.destroyed && !req.complete) return true;
    throw error;
  }
}
