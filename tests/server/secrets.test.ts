import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readWorkflow } from '../../server/workflow/read.ts';
import { type FoundSecret, findSecrets, type SecretMark } from '../../server/workflow/secrets.ts';
import type { Workflow } from '../../server/workflow/workflow.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/workflows/${name}`, import.meta.url), 'utf8');

function workflowOf(text: string): Workflow {
  const read = readWorkflow(text);
  if (!read.workflow) throw new Error(read.problems.map((p) => p.message).join(' '));
  return read.workflow;
}

/** A definition of one node `ask` with this JSON text as its parameters. */
const withParameters = (json: string) => `{"nodes":[{"id":"ask","type":"X","parameters":${json}}],"edges":[]}`;
const AT = '/nodes/0/parameters';

function foundIn(text: string, marks: readonly SecretMark[] = []): readonly FoundSecret[] {
  const { found, problems } = findSecrets(workflowOf(text), marks);
  expect(problems).toEqual([]);
  return found;
}

/** The raw slices of what is found in these parameters. */
function slicesIn(json: string, marks?: readonly SecretMark[]): string[] {
  const text = withParameters(json);
  return foundIn(text, marks).map(({ from, to }) => text.slice(from, to));
}

const pathsIn = (json: string) => foundIn(withParameters(json)).map(({ path }) => path.replace(AT, ''));
const variablesIn = (json: string) => foundIn(withParameters(json)).map(({ variable }) => variable);

describe('in every sample exactly its secrets are found', () => {
  const deep = 'l1/l2/l3/1/l4/l5/l6/1/l7/l8/l9/1/l10/l11/l12/1/l13/l14/l15/1/l16/l17/l18/1/l19/l20/l21/1/l22/l23/l24/1/l25/l26/l27/1/l28/l29/l30/1/l31/l32/l33/1/l34/l35/l36/1/l37/l38/l39/1';
  test.each([
    ['01-fast.sdk.json', []],
    ['02-ask-llm.studio.json', ['/nodes/0/parameters/api_key', '/nodes/0/parameters/generation_config/headers/X-Org-Token']],
    [
      '03-http-auth.builder-list.json',
      [
        '/nodes/0/parameters/url',
        '/nodes/0/parameters/headers/Authorization',
        '/nodes/1/parameters/url',
        '/nodes/1/parameters/headers/authorization',
        '/nodes/1/parameters/headers/x-api-key',
        '/nodes/1/parameters/headers/Cookie',
      ],
    ],
    ['04-sql.studio.json', ['/nodes/0/parameters/connection_string', '/nodes/1/parameters/password']],
    ['05-nasty-code.sdk.json', []],
    ['06-unicode.studio.json', []],
    ['07-switch-merge.sdk.json', []],
    ['08-cycle.sdk.json', []],
    ['09-big-300.studio.json', []],
    ['10-deep-40.builder-dict.json', [`/nodes/deep/config/settings/${deep}/api_key`]],
    ['11-redacted.sdk.json', ['/nodes/ask/config/extra/password', '/nodes/ask/config/extra/nested/0/token']],
    ['12-wrapped.studio.json', ['/workflow_definition/nodes/0/parameters/api_key']],
    ['13-monitoring.export.json', []],
    ['14-session.manifest.json', []],
    ['15-triage.kaizen-template.json', ['/agents/1/config/credentials/secret']],
    ['07-switch-merge.sdk.yaml', []],
    ['13-monitoring.export.yaml', []],
  ])('%s', (file, expected) => {
    expect(foundIn(fixture(file)).map(({ path }) => path)).toEqual(expected);
  });

  test('a raw slice is all that stands between the quotes, escapes as they are', () => {
    const text = fixture('04-sql.studio.json');
    expect(foundIn(text).map(({ from, to }) => text.slice(from - 1, to + 1))).toEqual(['"postgresql://report:p%40ss-test-8888@db.example.com:5432/shop?sslmode=require"', '"pw-test-9999"']);
  });
});

describe('a key says that its value is a secret', () => {
  test.each([
    'api_key', 'apikey', 'api-key', 'API_KEY', 'apiKey', 'x-api-key', 'X-Api-Key', 'openai_api_key', 'api_key_2', 'secret', 'client_secret', 'clientSecret', 'api_secret',
    'password', 'Password', 'db_password', 'passwd', 'pwd', 'passphrase', 'smtp_pass', 'smtpPass', 'dbpass', 'token', 'access_token', 'accessToken', 'ACCESSTOKEN', 'refresh_token', 'bot.token',
    'X-Org-Token', 'csrf_token', 'authorization', 'Authorization', 'Proxy-Authorization', 'cookie', 'Cookie', 'Set-Cookie', 'private_key', 'privateKey', 'credential', 'credentials', 'auth',
    'proxy_auth', 'secret_key', 'aws_secret_access_key', 'Ocp-Apim-Subscription-Key', 'account_key', 'signing_key', 'CONFIG_API_KEY',
    'openai_key', 'AZURE_KEY', 'x-functions-key', 'license_key', 'jwt', 'user_jwt', 'api_key_prod', 'password_prod', 'passwordStaging', 'token_value', 'x-api-key-v2', 'api_\u006bey_old',
  ])('%s', (key) => {
    expect(slicesIn(JSON.stringify({ [key]: 'some words here' }))).toEqual(['some words here']);
  });

  test.each([
    'max_tokens', 'token_count', 'tokenizer', 'password_field', 'secret_name', 'api_key_header', 'token_url', 'token_type', 'next_token', 'page_token', 'stop_token', 'eos_token', 'tokens', 'auth_type',
    'auth_username', 'access_key_id', 'key', 'public_key', 'primary_key', 'compass', 'bypass', 'author', 'monkey', 'cookie_name', 'secretary', 'passenger', 'price_per_token', 'total_token', 'use_auth', 'compass_value', 'page_token_value', 'cache_key_prod', 'customer_key', '', 'k', '7', '_', '-1',
  ])('%s does not', (key) => {
    expect(slicesIn(JSON.stringify({ [key]: 'some words here' }))).toEqual([]);
  });

  test('at any depth, for texts and for numbers of more than three digits, not for switches and nothing', () => {
    expect(slicesIn('{"a":[{"b":{"token":"t","password":12345678901234567890,"secret":-1.5e4}}]}')).toEqual(['t', '12345678901234567890', '-1.5e4']);
    expect(slicesIn('{"password":true,"token":null,"secret":"","api_key":[],"credentials":{},"pwd":0,"passwd":"  "}')).toEqual([]);
  });

  test('in objects under it too, except where a member says more about it', () => {
    expect(pathsIn('{"credentials":{"user":"u","openai":"hunter2","nested":{"key":"k"},"client_id":"c","expiresAt":"2026"}}')).toEqual(['/credentials/openai', '/credentials/nested/key']);
    expect(pathsIn('{"secrets":{"STRIPE":"hunter2"},"secrets2":[{"name":"a","value":"b"}],"password":{"value":"hunter2"},"pwd":{"type":"text","value":12345}}')).toEqual(['/secrets/STRIPE', '/secrets2/0/value', '/password/value', '/pwd/value']);
    expect(pathsIn('{"password":{"type":"string","description":"of the user","required":["password"],"enum":["a1"],"min":12345}}')).toEqual([]);
    // These hold settings as a rule: here a value must look like a secret.
    expect(pathsIn('{"auth":{"strategy":"first","extra":"roundrobin","key":"abcd1234x"},"token":{"pattern":"abcd1234x","by":"space","pass":"x"}}')).toEqual(['/auth/key', '/token/pass']);
  });

  test('but the id of a node says nothing about the node and its inputs', () => {
    const text = '{"workflow_definition":{"nodes":{"reset_password":{"type":"X","config":{"note":"n","token":"t"}},"auth":{"type":"X","config":{"model":"model-1234"}}}},"inputs":{"reset_password":{"mail":"m"},"credentials":{"openai":"o"}}}';
    expect(foundIn(text).map(({ path }) => path)).toEqual(['/workflow_definition/nodes/reset_password/config/token', '/inputs/credentials/openai']);
  });

  test('some key does where a machine made the value', () => {
    expect(pathsIn('{"webhook_key":"k7Hq2Zp9Lm4Xw1Rt","site_key":"3f2504e0-4f89-41d3-9a0c-0305e82c3301"}')).toEqual(['/webhook_key', '/site_key']);
    expect(pathsIn('{"cache_key":"k7Hq2Zp9Lm4Xw1Rt","customer_key":"customer_orders_2024_v1","some_key":"price","key":"k7Hq2Zp9Lm4Xw1Rt"}')).toEqual([]);
  });

  test('pass alone does beside a user or a server, or when its value is no word', () => {
    expect(pathsIn('{"a":{"pass":"correcthorse","user":"u"},"b":{"host":"h","pass":"correct horse"},"c":{"pass":"x1"},"auth":{"pass":"word"}}')).toEqual(['/a/pass', '/b/pass', '/c/pass', '/auth/pass']);
    expect(pathsIn('{"pass":"approved","fail":"rejected","cases":{"pass":"next_node"}}')).toEqual([]);
  });

  test('not for the place that its value comes from', () => {
    expect(pathsIn('{"input_mapping":{"token":"login.result.token","password":"password","secret":"user.secret"},"token":"login.result.token","auth":"a.b[0].auth"}')).toEqual([]);
    expect(pathsIn('{"mapping":{"password":"hunter2"},"password":"my.little.secret","token":"a.b.c"}')).toEqual(['/mapping/password', '/password', '/token']);
  });

  test('also for each text of a list; not for what an object under it calls otherwise', () => {
    expect(pathsIn('{"api_keys":["a","b"],"auth":["user","pw"],"credentials":{"user":"u","password":"p"}}')).toEqual(['/api_keys/0', '/api_keys/1', '/auth/0', '/auth/1', '/credentials/password']);
  });

  test('a name beside a value counts like a key: headers, environments, form fields', () => {
    expect(pathsIn('{"headers":[{"name":"X-Api-Key","value":"v1"},{"value":"v2","key":"Authorization"},{"name":"Accept","value":"v3"},{"name":"password","default":"v4"}]}')).toEqual(['/headers/0/value', '/headers/1/value', '/headers/3/default']);
    const manifest = fixture('14-session.manifest.json').replace('"CONFIG_PERMISSION"', '"CONFIG_DB_PASSWORD"');
    expect(foundIn(manifest)).toMatchObject([{ path: '/spec/nodes/0/container/env/0/value', variable: 'SECRET_CHECK_PERMISSIONS_CONFIG_DB_PASSWORD' }]);
  });
});

const jwt = `${Buffer.from('{"typ":"JWT","alg":"HS256"}').toString('base64url')}.${Buffer.from('{"sub":"1"}').toString('base64url')}.c2lnbmF0dXJl`;
const pem = (kind: string) => `-----BEGIN ${kind}-----\\nMIIEvQIBADANBgkq\\n-----END ${kind}-----`;
/** Put together here, so that no file of this repository holds what looks like a key. */
const key = (prefix: string, length: number) => `${prefix}${'a1B2c3D4e5'.repeat(10).slice(0, length)}`;

describe('a value shows that it is a secret, whatever its key', () => {
  test.each([
    ['a JSON Web Token', jwt],
    ['an OpenAI key', key('sk-proj-', 40)],
    ['a Stripe key', key('sk_live_', 24)],
    ['a publishable Stripe key', key('pk_live_', 24)],
    ['a GitHub token', key('ghp_', 36)],
    ['a fine-grained GitHub token', key('github_pat_', 60)],
    ['a GitLab token', key('glpat-', 20)],
    ['an AWS access key id', `AKIA${'QWERTYUIOPASDFGH'}`],
    ['a Slack token', key('xoxb-', 30)],
    ['a Google API key', key('AIza', 35)],
    ['a Hugging Face token', key('hf_', 34)],
    ['an npm token', key('npm_', 36)],
    ['a SendGrid key', `${key('SG.', 22)}.${key('', 43)}`],
    ['a Vault token', key('hvs.', 30)],
    ['a private key', pem('PRIVATE KEY')],
    ['an RSA key', pem('RSA PRIVATE KEY')],
    ['a Bearer header', 'Bearer abcdef123456'],
    ['a Basic header', 'Basic dXNlcjpwYXNz'],
    ['an address with a password', 'https://user:hunter@example.com/x'],
    ['a connection string', 'postgresql+asyncpg://u:p%40ss@db:5432/x'],
    ['a password with a slash', 'postgresql://u:a/b@db:5432/x'],
    ['a Redis address without a user', 'redis://:s3cr3t@cache:6379/0'],
    ['an address with slashes escaped', 'https:\\/\\/user:hunter@example.com'],
    ['a connection string of ADO', 'Server=db;User Id=sa;Password=hunter;'],
    ['a connection string of libpq', 'host=db user=u password=hunter'],
    ['an Azure connection string', 'AccountName=a;AccountKey=abcd1234==;EndpointSuffix=core.windows.net'],
    ['one of ADO with a quoted value', 'Server=h;User Id=sa;Password=\\"a;b\\";'],
    ['one of ODBC with braces', 'Driver={ODBC Driver 18 for SQL Server};Server=tcp:h,1433;Uid=sa;Pwd={p;w};Encrypt=yes'],
    ['one of JDBC', 'jdbc:sqlserver://h;user=sa;password=p4ssw0rd!'],
    ['one of Db2', 'jdbc:db2://h:50000/x:user=u;password=p;'],
    ['one of Oracle', 'jdbc:oracle:thin:sa/p4ssw0rd@h:1521:x'],
    ['one of libpq with spaces in a value', "host=h password='s e c'"],
    ['one of Redis', 'h:6380,password=abcd1234=,ssl=True'],
    ['one of Go', 'u:p4ss@tcp(h:3306)/db'],
    ['one in a parameter', 'mssql+pyodbc:///?odbc_connect=DRIVER%3DX%3BPWD%3Dp4ssw0rd'],
    ['a key in a query', 'https://example.com/?q=1&api_key=abc'],
    ['a key in a query, the ampersand escaped', 'https://example.com/?q=1\\u0026api_key=abc'],
    ['a token in a query', '/path?access_token=abc'],
    ['a plain key in a query', 'https://maps.example.com/?key=ab12cd34ef'],
    ['a signature in a query', 'https://x.blob.core.windows.net/c?sv=2020&sig=abc123DEF456%3D'],
    ['a Slack webhook', 'https://hooks.slack.com/services/T00000000/B00000000/abcdefghijkl'],
    ['a key whose letters are escaped', '\\u0073k-proj-a1B2c3D4e5a1B2c3D4e5'],
  ])('%s', (_what, raw) => {
    expect(slicesIn(`{"note":"${raw}"}`)).toEqual([raw]);
  });

  test.each([
    ['a URL', 'https://example.com:8080/path/@user?q=1#f'],
    ['a URL with a user', 'https://user@example.com/'],
    ['a mail address', 'mailto:me@example.com'],
    ['a word that only ends like a prefix', 'task-management-board-number-12345678'],
    ['a longer word with such a part', 'desk_sk-a1B2c3D4e5a1B2c3D4e5'],
    ['letters before the prefix', `xAKIA${'QWERTYUIOPASDFGH'}`],
    ['a package', 'sk-learn-pipeline-for-preprocessing'],
    ['three parts that are no token', 'eyJ.eyJ.sig'],
    ['parts of a token without an algorithm', `${Buffer.from('{"typ":"JWT"}').toString('base64url')}.e30.c2ln`],
    ['a public key', '-----BEGIN PUBLIC KEY-----\\nMIIB\\n-----END PUBLIC KEY-----'],
    ['words about bearers', 'Bearer authentication is required'],
    ['the name of a scheme', 'Bearer token'],
    ['basics', 'Basic knowledge of SQL'],
    ['a page in a query', 'https://example.com/?page_token=abc&key=price&limit=10'],
    ['a time', '12:30@noon'],
    ['a query in a text', 'password reset? token=none'],
    ['code', "token = data['token']\\npassword = os.environ['PASSWORD']\\nif key == 'value': pass"],
    ['a SQL query', "SELECT a FROM t WHERE password = 'x' AND token = :token"],
    ['a template', 'Bearer {{ token }}'],
    ['Kubernetes', 'kubernetes.io/service-account-token'],
    ['code that gets a password', "user = get_user(); password = get_password()"],
    ['code that reads one', "user = data['u']\\npassword = data['p']"],
    ['an argument', 'connect(a,password=pw1)'],
    ['a constant of code', 'API_KEY=settings.KEY_V2'],
    ['types', 'def f(api_key: str = None, token: Token123 = None): pass'],
    ['a sentence', 'Password: please enter page12 here'],
  ])('%s is none', (_what, raw) => {
    expect(slicesIn(`{"note":"${raw}"}`)).toEqual([]);
  });

  test('of a longer text only the secret itself is cut out', () => {
    const token = key('ghp_', 36);
    const code = `import requests\\nKEY = \\"${token}\\"\\nr = requests.get('https://svc:hunter2@example.com/x?a=1', headers={'Authorization': 'Bearer abc123def456'})\\napi_key = 'a1b2c3d4e5'\\n`;
    expect(slicesIn(`{"code":"${code}"}`)).toEqual([token, 'hunter2', 'abc123def456', 'a1b2c3d4e5']);
    expect(new Set(pathsIn(`{"code":"${code}"}`))).toEqual(new Set(['/code']));
    expect(slicesIn(`{"code":"x = 1\\n${token}"}`)).toEqual([token]);
    expect(slicesIn(`{"code":"a \\u2028${token} b"}`)).toEqual([token]);
    expect(slicesIn(String.raw`{"code":"conn = psycopg2.connect(\"host=h user=u password=s3cret99\")\nother = connect('Server=h;Pwd=p4;')"}`)).toEqual(['s3cret99', 'p4']);
    expect(slicesIn(String.raw`{"code":"dsn = \"host=h password='s e c' port=1\""}`)).toEqual(['s e c']);
    expect(slicesIn(`{"files":"first:\\n${pem('PRIVATE KEY')}\\nsecond"}`)).toEqual([pem('PRIVATE KEY')]);
  });
});

test('a header as a line, an environment, YAML: the value is cut out', () => {
  expect(slicesIn('{"h":["X-Api-Key: abcd1234efgh","Accept: text/html1234","Authorization: token ghx_12345678"],"c":"Cookie: session=abcdef1234; a=b"}')).toEqual(['abcd1234efgh', 'ghx_12345678', 'session=abcdef1234; a=b']);
  expect(slicesIn(String.raw`{"cmd":"curl -H \"X-Api-Key: abcd1234efgh\" -H 'x-token: abcd1234efgi' http://x"}`)).toEqual(['abcd1234efgh', 'abcd1234efgi']);
  expect(slicesIn(String.raw`{"cmd":"export API_KEY=abcd1234efgh\nPGPASSWORD=hunter22 psql","env":"# ours\nDB_HOST=h\nDB_PASSWORD=hunter23\n"}`)).toEqual(['abcd1234efgh', 'hunter22', 'hunter23']);
  expect(slicesIn(String.raw`{"yaml":"db:\n  password: hunter2222\n  api_key: abcd1234efgh\n"}`)).toEqual(['hunter2222', 'abcd1234efgh']);
});

describe('what only stands in the place of a secret is none', () => {
  test.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what is tested
    '***REDACTED***', '***1234', 'sk-ab*****cd', '[REDACTED]', '********', 'xxxx', '...', 'sk-***', '${OPENAI_API_KEY}', '$OPENAI_API_KEY', '{{ secrets.key }}', '${{ secrets.KEY }}', '<<KEY>>', '<your api key>', '{api_key}', '%API_KEY%',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what is tested
    'Bearer ${TOKEN}', 'Bearer {{ token }}', 'Basic <credentials>', 'OPENAI_API_KEY', 'DB_PASSWORD', 'env:API_KEY', 'os.environ["KEY"]', 'vault:secret/data/x#key', 'arn:aws:secretsmanager:eu-west-1:1:secret:x',
    '$.inputs.key', 'string', 'none', 'required',
  ])('%s', (value) => {
    expect(slicesIn(JSON.stringify({ api_key: value, other: value }))).toEqual([]);
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what is tested
  test.each(['https://user:${PW}@example.com', 'postgresql://u:{{ pw }}@db/x', 'https://u:***@example.com', 'https://example.com/?api_key={api_key}&token=${T}'])('%s', (value) => {
    expect(slicesIn(JSON.stringify({ url: value }))).toEqual([]);
  });

  test('names of schemes and key files are none where they belong; elsewhere they may be', () => {
    expect(slicesIn('{"auth":"bearer","authorization":"basic","credentials":"include","private_key":"/etc/keys/a.pem"}')).toEqual([]);
    expect(slicesIn('{"password":"basic","secret":"include"}')).toEqual(['basic', 'include']);
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what is tested
  test.each(['HUNTER_2', '$ecret', 'pa$$word', 'my-secret-password', 'top secret', 'password', '{', 'prefix-${X}', 'abc***def'])('but %s is a password', (value) => {
    expect(slicesIn(JSON.stringify({ password: value }))).toEqual([value]);
  });
});

describe('a variable', () => {
  test('is called after the node and the key', () => {
    expect(foundIn(fixture('02-ask-llm.studio.json')).map(({ variable }) => variable)).toEqual(['SECRET_ASK_API_KEY', 'SECRET_ASK_X_ORG_TOKEN']);
    expect(foundIn(fixture('10-deep-40.builder-dict.json'))[0]?.variable).toBe('SECRET_DEEP_API_KEY');
    expect(foundIn(fixture('12-wrapped.studio.json'))[0]?.variable).toBe('SECRET_PLAN_API_KEY');
    expect(foundIn(fixture('15-triage.kaizen-template.json'))[0]?.variable).toBe('SECRET_RESPONDER_SECRET');
    expect(foundIn('{"workflow_definition":{"nodes":[{"id":"a","type":"X"}]},"inputs":{"token":"t"}}')[0]).toMatchObject({ path: '/inputs/token', variable: 'SECRET_TOKEN' });
  });

  test('is one for equal texts, whatever their keys; a number and a text are not equal', () => {
    expect(variablesIn('{"token":"same","password":"same","secret":"other","pwd":"12345","passwd":12345}')).toEqual(['SECRET_ASK_TOKEN', 'SECRET_ASK_TOKEN', 'SECRET_ASK_SECRET', 'SECRET_ASK_PWD', 'SECRET_ASK_PASSWD']);
    expect(variablesIn('{"token":"A","password":"\\u0041"}')).toEqual(['SECRET_ASK_TOKEN', 'SECRET_ASK_PASSWORD']);
  });

  test('has a number where its name is taken', () => {
    expect(variablesIn('[{"token":"a"},{"token":"b"},{"to-ken":"x","token":"a"},{"token":"c"}]'.replace('[', '{"l":[').replace(/\]$/, ']}'))).toEqual(['SECRET_ASK_TOKEN', 'SECRET_ASK_TOKEN_2', 'SECRET_ASK_TO_KEN', 'SECRET_ASK_TOKEN', 'SECRET_ASK_TOKEN_3']);
    const { found } = findSecrets(workflowOf(withParameters('{"token":"a"}')), [], ['SECRET_ASK_TOKEN']);
    expect(found[0]?.variable).toBe('SECRET_ASK_TOKEN_2');
  });

  test('is a name that every shell takes, of at most 100 characters', () => {
    const text = JSON.stringify({ nodes: ['größe', '節點', '../..', 'a'.repeat(300), 'a'.repeat(301)].map((id, i) => ({ id, type: 'X', parameters: { token: `t${i}` } })) });
    const names = foundIn(text).map(({ variable }) => variable);
    expect(names.slice(0, 3)).toEqual(['SECRET_GR_E_TOKEN', 'SECRET_TOKEN', 'SECRET_TOKEN_2']);
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Z0-9_]{0,99}$/);
    expect(new Set(names).size).toBe(5);
  });

  test('is the same each time', () => {
    const text = fixture('03-http-auth.builder-list.json');
    expect(foundIn(text)).toEqual(foundIn(text));
  });
});

describe('the user marks more or fewer', () => {
  const json = '{"prompt":"ours","n":42,"token":"t","list":["a",{"x/y~z":"deep"}],"ok":true,"none":null,"empty":""}';
  const problemsOf = (marks: readonly SecretMark[]) => findSecrets(workflowOf(withParameters(json)), marks).problems.map(({ path, message }) => `${path}: ${message}`);

  test('texts and numbers, each by its pointer', () => {
    const marks = ['/prompt', '/n', '/list/0', '/list/1/x~1y~0z'].map((path) => ({ path: AT + path, secret: true }));
    expect(slicesIn(json, marks)).toEqual(['ours', '42', 't', 'a', 'deep']);
    expect(foundIn(withParameters(json), marks).map(({ path, kind }) => [path.replace(AT, ''), kind])).toEqual([['/prompt', 'string'], ['/n', 'number'], ['/token', 'string'], ['/list/0', 'string'], ['/list/1/x~1y~0z', 'string']]);
  });

  test('takes away what was found, all of it', () => {
    expect(slicesIn(json, [{ path: `${AT}/token`, secret: false }])).toEqual([]);
    expect(slicesIn(`{"code":"a = '${key('ghp_', 36)}' and '${key('hf_', 34)}'"}`, [{ path: `${AT}/code`, secret: false }])).toEqual([]);
    expect(slicesIn('{"h":[{"name":"token","value":"v"}]}', [{ path: `${AT}/h/0/value`, secret: false }])).toEqual([]);
  });

  test('makes a whole text of one that was found in parts', () => {
    const code = `a = '${key('ghp_', 36)}'`;
    expect(slicesIn(`{"code":"${code}"}`, [{ path: `${AT}/code`, secret: true }])).toEqual([code]);
  });

  test.each([
    ['nothing', '/nope', /^secrets\[1\]\.path: There is nothing at this place/],
    ['nothing in a list', '/list/7', /There is nothing/],
    ['a key below a text', '/prompt/x', /There is nothing/],
    ['an object', '', /here stands an object or a list/],
    ['a list', '/list', /here stands an object or a list/],
    ['a switch', '/ok', /here stands true, false or null/],
    ['null', '/none', /here stands true, false or null/],
    ['an empty text', '/empty', /This text is empty/],
  ])('a mark that points at %s is a problem', (_what, path, sentence) => {
    expect(problemsOf([{ path: `${AT}/prompt`, secret: true }, { path: AT + path, secret: true }])).toEqual([expect.stringMatching(sentence)]);
  });

  test('so is one that is no pointer, and one that says the contrary of another', () => {
    expect(problemsOf([{ path: 'nodes/0', secret: true }])).toEqual(['secrets[0].path: "nodes/0" is not a JSON pointer, like /nodes/0/parameters/api_key.']);
    expect(problemsOf([{ path: '/a~2', secret: false }])).toEqual([expect.stringContaining('is not a JSON pointer')]);
    expect(problemsOf([{ path: `${AT}/token`, secret: false }, { path: `${AT}/token`, secret: true }])).toEqual(['secrets[1].path: This value is marked twice, once as a secret and once as none.']);
    expect(problemsOf([{ path: `${AT}/token`, secret: true }, { path: `${AT}/token`, secret: true }])).toEqual([]);
  });

  test('a mark that takes away may stand at anything that is there', () => {
    expect(problemsOf(['/list', '/ok', '/empty', '/prompt'].map((path) => ({ path: AT + path, secret: false })))).toEqual([]);
    expect(problemsOf([{ path: `${AT}/nope`, secret: false }])).toEqual([expect.stringContaining('There is nothing')]);
  });
});

describe('whatever JSON may hold', () => {
  test('of a key that stands twice both values are found, and one mark is for both', () => {
    expect(slicesIn('{"token":"a","token":"b"}')).toEqual(['a', 'b']);
    expect(slicesIn('{"x":"a","x":{"y":1},"x":"b"}', [{ path: `${AT}/x`, secret: true }])).toEqual(['a', 'b']);
    expect(slicesIn('{"token":"a","token":"b"}', [{ path: `${AT}/token`, secret: false }])).toEqual([]);
  });

  test('keys with escapes, slashes, tildes, nothing, and __proto__', () => {
    expect(pathsIn('{"\\u0061pi_key":"v","a/b~c":{"pass\\u0077ord":"v2"},"":{"token":"v3"},"__proto__":{"secret":"v4"},"\\"\\\\":{"pwd":"v5"}}')).toEqual(['/api_key', '/a~1b~0c/password', '//token', '/__proto__/secret', '/"\\/pwd']);
    expect(pathsIn('{"toke\\u006e":"v","api_ke\\u0079":"w"}')).toEqual(['/token', '/api_key']);
  });

  test('values with every escape, as they are', () => {
    const raw = '\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\ud83d\\ude00\\ud800 \u2028 ü 😀 \\\\';
    expect(slicesIn(`{"password":"${raw}","next":"x"}`)).toEqual([raw]);
  });

  test('100 levels', () => {
    const inner = `${'{"a":['.repeat(48)}{"token":"deep"}${']}'.repeat(48)}`;
    expect(pathsIn(inner)).toEqual([`${'/a/0'.repeat(48)}/token`]);
  });

  test('spaces wherever they may stand', () => {
    expect(slicesIn(' {\n\t"token" :\r\n "a" , "n" : [ 1 , "x" ] , "password"\t:\t12345\n} ')).toEqual(['a', '12345']);
  });
});

describe('limits', () => {
  test('what no environment variable holds is a problem with its place', () => {
    const { problems } = findSecrets(workflowOf(withParameters(`{"token":"${'x'.repeat(100_001)}"}`)));
    expect(problems).toEqual([{ path: 'secrets', message: expect.stringMatching(/^The secret at \/nodes\/0\/parameters\/token has 100\u202f\d{3} bytes/) }]);
  });

  test('and so is more than all of them hold, unless they are the same', () => {
    const many = (value: (i: number) => string) => withParameters(`{"l":[${Array.from({ length: 60 }, (_, i) => `{"token":"${value(i)}"}`).join(',')}]}`);
    expect(findSecrets(workflowOf(many((i) => `${i}`.padEnd(20_000, 'x')))).problems[0]?.message).toMatch(/^The 60 secrets of this definition have 1\u202f2\d\d\u202f\d{3} bytes together/);
    expect(findSecrets(workflowOf(many(() => 'x'.repeat(20_000)))).problems).toEqual([]);
  });

  test('and more than anybody can look through', () => {
    const { problems } = findSecrets(workflowOf(withParameters(`{"l":[${Array.from({ length: 10_001 }, () => '{"token":"abc"}').join(',')}]}`)));
    expect(problems).toEqual([{ path: 'secrets', message: 'This definition holds more than 10\u202f000 secrets: nobody can look through them.' }]);
  });
});

describe('YAML', () => {
  const yaml = 'nodes:\n  ask: {node_id: ask, node_type: X, config: {api_key: abc}}\nconnections: []\n';
  test('is never sent: nothing is looked for in it, and nothing can be marked', () => {
    expect(findSecrets(workflowOf(yaml))).toEqual({ found: [], problems: [] });
    expect(findSecrets(workflowOf(yaml), [{ path: '/nodes/ask/config/api_key', secret: true }]).problems).toEqual([{ path: 'secrets[0].path', message: expect.stringContaining('YAML') }]);
    expect(findSecrets(workflowOf(yaml), [{ path: '/x', secret: false }]).problems).toEqual([]);
  });
});
