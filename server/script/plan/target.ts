/** The target of a plan: where requests go, in which API's words, and who asks. */
import { z } from 'zod';
import { isSecretKey } from '../../workflow/secrets/keys.ts';
import { baseUrl, headerName, headerValue, OWN_HEADERS, path } from './address.ts';
import { auth } from './auth.ts';

export const TARGETS = ['studio', 'gateway', 'sessions', 'custom'] as const;
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const header = z.strictObject({ name: headerName, value: headerValue });

export const target = z
  .strictObject({
    preset: z.enum(TARGETS, `Give one of ${TARGETS.join(', ')}.`),
    baseUrl,
    path: path.optional(),
    method: z.enum(METHODS, `Give one of ${METHODS.join(', ')}.`).optional(),
    headers: z.array(header).max(50, 'At most 50 headers.').optional(),
    body: z.string().max(10_000_000, 'At most 10 MB.').optional(),
    workflowName: z.string().regex(/^[^/\s?#%]{1,200}$/, 'Give the name the workflow is registered under, without / and spaces.').optional(),
    mode: z.enum(['sync', 'async'], 'Give sync or async.').optional(),
    auth: auth.optional(),
    failOnSuccessFalse: z.boolean().optional(),
  })
  .superRefine((t, ctx) => {
    const refuse = (at: readonly PropertyKey[], message: string) => ctx.addIssue({ code: 'custom', path: [...at], message });
    if (t.preset === 'gateway' && t.workflowName === undefined && (t.path === undefined || t.mode === 'async'))
      refuse(['workflowName'], 'A gateway runs workflows by name: give the name it is registered under.');
    if (t.preset === 'studio' && t.workflowName !== undefined) refuse(['workflowName'], 'Studio is sent the definition itself; a workflow name belongs to the gateway preset.');
    if (t.preset === 'custom' && t.workflowName !== undefined) refuse(['workflowName'], 'A custom target has a path of its own; a workflow name belongs to the gateway preset.');
    if (t.preset === 'custom' && t.path === undefined) refuse(['path'], 'Give the path that the requests go to, for example /run.');
    if (t.preset === 'sessions' && t.path !== undefined) refuse(['path'], 'The sessions API has paths of its own; put what stands before them into the base URL.');
    if (t.preset !== 'custom' && t.method !== undefined) refuse(['method'], 'The method belongs to the custom preset; all others send POST.');
    if (t.preset !== 'custom' && t.body !== undefined) refuse(['body'], 'The body belongs to the custom preset; all others make their own.');
    if (t.method === 'GET' && t.body !== undefined) refuse(['body'], 'A GET request has no body.');
    if (t.preset === 'sessions' && t.mode === 'sync') refuse(['mode'], 'The sessions API always runs asynchronously, and is polled: leave the mode out.');
    if (t.mode === 'async' && (t.preset === 'studio' || t.preset === 'custom')) refuse(['mode'], 'Only a gateway and the sessions API can run asynchronously: nothing is known that could be polled here.');
    t.headers?.forEach(({ name }, i) => {
      const own = OWN_HEADERS.filter((header) => header !== 'content-type' || t.preset !== 'custom');
      if (own.includes(name.toLowerCase())) refuse(['headers', i, 'name'], 'This header is set by the script itself.');
      else if (isSecretKey(name) || name.toLowerCase() === t.auth?.apiKey?.header.toLowerCase())
        refuse(['headers', i, 'name'], 'A credential must not stand in a script: name its environment variable under Authentication (target.auth) instead.');
    });
  });

/** The execution is begun by one request and then asked for. */
export function isAsync({ preset, mode }: Pick<z.infer<typeof target>, 'preset' | 'mode'>): boolean {
  return preset === 'sessions' || mode === 'async';
}

/** Names of the requests that a plan with this target makes. */
export function requestNamesOf(t: z.infer<typeof target>): string[] {
  return [
    ...(t.auth?.login ? ['login'] : []),
    ...(t.preset === 'sessions' ? ['session', ...(t.workflowName === undefined ? ['workflow'] : [])] : []),
    'execute',
    ...(isAsync(t) ? ['poll'] : []),
  ];
}
