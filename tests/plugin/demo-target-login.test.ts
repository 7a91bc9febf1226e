import { expect, test } from 'vitest';
import type { DemoTargetOptions } from '../../plugin/demo/target.ts';
import { DemoClient, type Headers } from '../helpers/demo-client.ts';
import { until } from '../helpers/until.ts';

const WHO = { username: 'ann', password: 'correct horse' };
const FAST = '/workflows/fast/execute';
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const start = (login: Partial<DemoTargetOptions['login']> = {}) => DemoClient.start({ login: { ...WHO, ...login }, cache: false });

async function login(client: DemoClient): Promise<string> {
  const { status, json } = await client.post('/api/auth/login', WHO);
  expect(status).toBe(200);
  return json.token;
}

/** Status, and the error that a refusal names. */
async function asked(client: DemoClient, headers: Headers): Promise<unknown> {
  const { status, json } = await client.post(FAST, '{}', headers);
  return status === 200 ? 200 : [status, json.error];
}

test('a login gives a token that every other request needs', async () => {
  await using client = await start();
  const token = await login(client);
  expect(await asked(client, bearer(token))).toBe(200);
  expect(await asked(client, {})).toEqual([401, 'missing_token']);
  expect(await asked(client, bearer('x.y.z'))).toEqual([401, 'invalid_token']);
  expect((await client.get('/health')).status).toBe(200);
  const refused = await client.get('/nowhere');
  expect([refused.status, refused.json, refused.headers['www-authenticate']]).toEqual([401, { detail: 'Not authenticated', error: 'missing_token' }, 'Bearer realm="api"']);
});

test.each<[string, Headers, string | null]>([
  ['a scheme in small letters', { authorization: 'bearer GOOD' }, null],
  ['a token without a scheme', { authorization: 'GOOD' }, 'missing_token'],
  ['another scheme', { authorization: 'Basic GOOD' }, 'missing_token'],
  ['a scheme without a token', { authorization: 'Bearer ' }, 'missing_token'],
  ['more than the token', { authorization: 'Bearer GOODx' }, 'invalid_token'],
])('%s is read as Kailash does', async (_what, headers, error) => {
  await using client = await start();
  const token = await login(client);
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('GOOD', token)]));
  expect(await asked(client, given)).toEqual(error === null ? 200 : [401, error]);
});

test('a token of the first kind tells its life itself', async () => {
  await using client = await start({ lifeMs: 90_000 });
  const answer = await client.post('/api/auth/login', WHO);
  expect(Object.keys(answer.json)).toEqual(['token', 'token_type']);
  const { sub, iat, exp, token_type } = claimsOf(answer.json.token);
  expect({ sub, token_type, life: exp - iat }).toEqual({ sub: 'ann', token_type: 'access', life: 90 });
});

test('an opaque token has its life beside it, under the field that was asked for', async () => {
  await using client = await start({ kind: 'opaque', lifeMs: 2500, tokenField: 'data/access_token' });
  const { json } = await client.post('/api/auth/login', WHO);
  expect(json).toEqual({ data: { access_token: expect.stringMatching(/^[\w-]{32}$/), token_type: 'bearer', expires_in: 2.5 } });
  expect(await asked(client, bearer(json.data.access_token))).toBe(200);
  await using silent = await start({ kind: 'opaque', expiresIn: false });
  expect((await silent.post('/api/auth/login', WHO)).json).not.toHaveProperty('expires_in');
});

test('each login gives another token, and both are good', async () => {
  await using client = await start();
  const [first, second] = [await login(client), await login(client)];
  expect(first).not.toBe(second);
  expect([await asked(client, bearer(first)), await asked(client, bearer(second))]).toEqual([200, 200]);
});

test('a token expires', async () => {
  await using client = await start({ lifeMs: 200 });
  const token = await login(client);
  const refused = await until('the token is refused', async () => {
    const answer = await asked(client, bearer(token));
    return answer !== 200 && answer;
  });
  expect(refused).toEqual([401, 'token_expired']);
  expect(await asked(client, bearer(await login(client)))).toBe(200);
});

test('all tokens can be revoked in mid-run, from outside too; a new login helps', async () => {
  await using client = await start();
  let token = await login(client);
  for (const revoke of [async () => client.target.revoke(), async () => expect((await client.post('/truth/revoke', '')).status).toBe(204)]) {
    await revoke();
    expect(await asked(client, bearer(token))).toEqual([401, 'invalid_token']);
    token = await login(client);
    expect(await asked(client, bearer(token))).toBe(200);
  }
});

test.each<[string, string | object, number]>([
  ['a wrong password', { ...WHO, password: 'x' }, 401],
  ['a wrong name', { ...WHO, username: 'bob' }, 401],
  ['no password', { username: 'ann' }, 422],
  ['no JSON', 'username=ann', 422],
])('%s gives no token', async (_what, body, status) => {
  await using client = await start();
  const answer = await client.post('/api/auth/login', body);
  expect(answer.status).toBe(status);
  expect(answer.text).not.toContain('token"');
});

test('without the option there is no login', async () => {
  await using client = await DemoClient.start();
  expect((await client.post('/api/auth/login', WHO)).json).toEqual({ detail: 'Not Found' });
});

test('an API key is looked at first, in the header that was agreed on', async () => {
  await using client = await DemoClient.start({ apiKey: { header: 'X-API-Key', value: 'key-1' }, token: 'tok', cache: false });
  expect(await asked(client, { 'x-api-key': 'key-1' })).toBe(200);
  expect(await asked(client, { 'x-api-key': 'key-1', authorization: 'Bearer other' })).toBe(200);
  expect(await asked(client, { 'x-api-key': 'other', authorization: 'Bearer tok' })).toEqual([401, 'invalid_api_key']);
  expect(await asked(client, { authorization: 'Bearer tok' })).toBe(200);
  expect(await asked(client, {})).toEqual([401, 'missing_token']);
  await using own = await DemoClient.start({ apiKey: { header: 'X-Own', value: 'k' } });
  expect(await asked(own, { 'X-OWN': 'k' })).toBe(200);
  expect(await asked(own, { 'x-api-key': 'k' })).toEqual([401, 'missing_token']);
});

test('neither passwords nor tokens nor keys stand in the truth, nor a hash of a login', async () => {
  await using client = await DemoClient.start({ login: WHO, apiKey: { header: 'X-Own', value: 'key-value' }, keepBodies: 10 });
  const token = await login(client);
  const sent: Headers[] = [bearer(token), { authorization: token }, { authorization: `Basic ${token}` }, { 'x-own': 'key-value' }];
  for (const headers of sent) await client.post(FAST, '{"inputs":{}}', headers);
  const { requests, bodies, byName } = client.target.truth();
  expect(requests.map((r) => r.headers['authorization'] ?? r.headers['x-own'] ?? null)).toEqual([null, 'Bearer ***', '***', 'Basic ***', '***']);
  expect(requests[0]).toMatchObject({ name: 'POST /api/auth/login', bodyBytes: JSON.stringify(WHO).length, bodySha256: null, body: null });
  expect(Object.values(bodies)).toEqual([4]);
  expect(byName['POST /api/auth/login']).toMatchObject({ received: 1, executed: 0 });
  const told = (await client.get('/truth?last=all')).text;
  for (const secret of [token, token.split('.')[2] ?? token, WHO.password, 'key-value']) expect(told).not.toContain(secret);
});
