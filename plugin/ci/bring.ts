/** Brings a run to a server, and asks how it compares with the pinned baseline of its test. What goes wrong is thrown as a `ServerTrouble`. */
import { openAsBlob } from 'node:fs';
import path from 'node:path';
import { BASE, IMPORTS } from '../../server/links.ts';
import { shown } from '../../server/workflow/shown.ts';
import { BASELINE, type BaselineAnswer, COMPARISON, type ComparisonAnswer, IMPORT, isRefusal, type RefusalAnswer, type RunAnswer, WHO, WHO_AND_TEST } from './questions.ts';

export interface Server {
  /** May have a path, of a proxy. */
  readonly url: string;
  readonly token: string | null;
  readonly signal: AbortSignal;
}

export interface Brought {
  readonly run: RunAnswer;
  readonly baseline: BaselineAnswer | null;
  readonly comparison: ComparisonAnswer | null;
  /** Why there is none; null: there is. */
  readonly without: string | null;
}

/** A sentence: what it did not do, or that it was not there. */
export class ServerTrouble extends Error {
  override readonly name = 'ServerTrouble';
}

/** A file of a million requests takes some time; whoever is silent for longer does not answer. */
const WITHIN_MS = 300_000;

/** Throws where it is not there, or would not take what is to be brought. */
export async function reach(server: Server, loadTestId: string | null): Promise<void> {
  const { viewer, loadTest } = await ask<{ viewer: { permissions: readonly string[] }; loadTest?: object | null }>(server, loadTestId === null ? WHO : WHO_AND_TEST, loadTestId === null ? {} : { id: loadTestId });
  if (!viewer.permissions.includes('load-testing:run')) throw new ServerTrouble(`${server.url} takes no results from you: this needs the permission to run load tests.`);
  if (loadTest === null) throw new ServerTrouble(`${server.url} has no test with this loadTestId.`);
}

/** Where something of it is. */
export const addressOn = ({ url }: Pick<Server, 'url'>, place: string): string => `${url.replace(/\/+$/, '')}${place}`;

export async function bring(server: Server, file: string, loadTestId: string | null): Promise<Brought> {
  const uploadId = await upload(server, file);
  const { importResults: run } = await ask<{ importResults: RunAnswer | RefusalAnswer }>(server, IMPORT, { input: { fileName: path.basename(file), uploadId, ...(loadTestId === null ? {} : { loadTestId }) } });
  if (isRefusal(run)) throw new ServerTrouble(`The server did not take the results: ${shown(run.message)}`);
  return { run, ...(await compared(server, run, loadTestId)) };
}

async function compared(server: Server, run: RunAnswer, loadTestId: string | null): Promise<Omit<Brought, 'run'>> {
  const without = (sentence: string, baseline: BaselineAnswer | null = null) => ({ baseline, comparison: null, without: sentence });
  if (loadTestId === null) return without('No loadTestId was given, so there is no baseline to compare with.');
  const { loadTest } = await ask<{ loadTest: { baseline: BaselineAnswer | null } | null }>(server, BASELINE, { id: loadTestId });
  const baseline = loadTest?.baseline ?? null;
  if (baseline === null) return without('No run of this test is pinned as its baseline.');
  if (baseline.run.id === run.id) return without('This run is the baseline itself.', baseline);
  const { comparison } = await ask<{ comparison: ComparisonAnswer | RefusalAnswer }>(server, COMPARISON, { baseline: baseline.run.id, run: run.id });
  return isRefusal(comparison) ? without(comparison.message, baseline) : { baseline, comparison, without: null };
}

async function upload(server: Server, file: string): Promise<string> {
  const { uploadId } = await told<{ uploadId?: unknown }>(server, IMPORTS, { method: 'PUT', body: await openAsBlob(file, { type: 'application/gzip' }) });
  if (typeof uploadId !== 'string') throw new ServerTrouble(`${server.url} is no server of load tests.`);
  return uploadId;
}

async function ask<T>(server: Server, query: string, variables: object): Promise<T> {
  const { data, errors } = await told<{ data?: unknown; errors?: readonly { readonly message: string }[] }>(server, `${BASE}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  if (!data || errors?.[0]) throw new ServerTrouble(`The server answered: ${shown(errors?.[0]?.message ?? 'nothing')}`);
  return data as T;
}

/** What it answers in JSON. */
async function told<T>({ url, token, signal }: Server, place: string, request: RequestInit): Promise<T> {
  const at = addressOn({ url }, place);
  const headers = { ...(request.headers as Record<string, string> | undefined), ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  let status: number;
  let text: string;
  try {
    // Elsewhere nobody should hear the token.
    const response = await fetch(at, { ...request, headers, redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]) });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new ServerTrouble(`${url} could not be reached: ${whyNot(error)}.`, { cause: error });
  }
  const body = objectIn(text);
  if (status < 300 && body) return body as T;
  if (status < 300) throw new ServerTrouble(`${url} is no server of load tests: it answers something else. Give the address before ${BASE}.`);
  // Of the API or of an import, where it has one.
  const said = body?.['message'] ?? (body?.['errors'] as readonly { readonly message?: unknown }[] | undefined)?.[0]?.message;
  throw new ServerTrouble(`${url} answered with status ${status}${typeof said === 'string' ? `: ${shown(said)}` : '.'}`);
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

/** `fetch` says that it failed, and its cause why. */
function whyNot(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${WITHIN_MS / 1000} s`;
  if (name === 'AbortError') return 'this command was interrupted';
  const inner = cause as (NodeJS.ErrnoException & AggregateError) | undefined;
  return inner?.code ?? inner?.message ?? message;
}
