/**
 * What a key says of its value, by how its name ends: `db_password` holds a secret, `password_field` does not. Case and
 * separators do not count, nor does a number at the end. Kailash itself masks api_key, api_secret, token, password, credential,
 * auth and secret (`NodeInstance._SENSITIVE_KEYS` of kailash 2.65, graph.py), and base_url, which is none by its name.
 */
export type KeyKind =
  /** Whatever stands under it is secret: a text, and texts further down. */
  | 'secret'
  /** A text is secret; an object holds settings, some of them secret: `{"auth": {"strategy": ...}}`. */
  | 'settings'
  /** `pass` alone: a password, or what comes next when a test is passed. */
  | 'pass'
  /** Some key, of an API or of a table: its value tells. */
  | 'key'
  | 'other';

const SETTINGS = ['token', 'authorization', 'cookie', 'cookies', 'auth'];

const ENDINGS = [
  ...SETTINGS,
  ...['password', 'passwords', 'passwd', 'pwd', 'passphrase', 'passcode', 'pass'],
  ...['secret', 'secrets', 'accesstokens', 'refreshtokens', 'authtokens', 'apitokens', 'jwt'],
  ...['apikey', 'apikeys', 'appkey', 'secretkey', 'privatekey', 'privatekeys', 'accesskey', 'authkey', 'signingkey', 'encryptionkey', 'masterkey'],
  ...['accountkey', 'sharedkey', 'storagekey', 'subscriptionkey', 'sshkey', 'hmackey', 'adminkey', 'servicekey', 'servicerolekey', 'functionkey', 'functionskey', 'licensekey'],
  ...['openai', 'azure', 'anthropic', 'claude', 'mistral', 'cohere', 'groq', 'gemini', 'google', 'deepseek', 'openrouter', 'replicate', 'huggingface', 'pinecone', 'tavily', 'serpapi'].map((vendor) => `${vendor}key`),
  ...['aws', 'stripe', 'sendgrid', 'twilio', 'mailgun', 'github', 'gitlab', 'slack', 'datadog', 'algolia', 'cloudflare', 'supabase', 'notion', 'airtable', 'hubspot'].map((vendor) => `${vendor}key`),
  ...['credential', 'credentials'],
];

const ENDS = new RegExp(`(?:${[...ENDINGS].sort((a, b) => b.length - a.length).join('|')})$`);

/** What may stand behind: `password_prod`, `token_value`. */
const SUFFIXES = ['value', 'prod', 'production', 'live', 'dev', 'development', 'test', 'stage', 'staging', 'sandbox', 'uat', 'old', 'new', 'current', 'plain', 'raw'];
const SUFFIX = new RegExp(`(?:${SUFFIXES.join('|')})$`);

/** Tokens that are pieces of text, places in a list, or what a price counts. */
const OTHER_TOKENS =
  /(?:next|prev|previous|page|pagination|continuation|sync|cursor|stop|start|end|first|last|eos|bos|pad|padding|unk|unknown|sep|cls|mask|special|separator|delimiter|per|perinput|peroutput|max|min|total|input|output|prompt|completion|image|text|word|sub|cancellation)token$/;

/** Words that end like a key of this kind only by chance, or with a word before that says something else. */
const OTHER_WORDS = /(?:compass|bypass|encompass|surpass|trespass|highpass|lowpass|bandpass|allpass|(?:use|is|has|no|require|requires|enable|skip|with)auth)$/;

/** Keys of tables, caches and lists, whatever they look like; and words. */
const OTHER_KEYS =
  /(?:^|public|primary|foreign|partition|sort|cache|object|idempotency|group|unique|index|lookup|join|composite|hash|range|routing|message|dedup|deduplication|bucket|blob|data|output|input|result|state|row|column|record|document|entity|item|field|map|dict|json|parent|shard|translation|label|config|setting|settings|event|topic|context|mon|tur|don|hoc|joc|whis)key$/;

export function isSecretKey(name: string): boolean {
  const kind = kindOfKey(name);
  return kind !== 'other' && kind !== 'key';
}

export function kindOfKey(name: string): KeyKind {
  if (!mayBeSecretKey(name, 0, name.length)) return 'other';
  const key = name.slice(-LONGEST);
  const letters = key.toLowerCase().replace(/[^a-z0-9]+/g, '').replace(/v?[0-9]+$/, '');
  if (letters === 'pass') return 'pass';
  const [ending] = ENDS.exec(letters) ?? [];
  if (ending === undefined) {
    const before = letters.replace(SUFFIX, '');
    const [inner] = before === letters ? [] : (ENDS.exec(before) ?? []);
    if (inner !== undefined && inner !== 'pass' && inner !== 'auth' && !OTHER_TOKENS.test(before)) return kindOf(inner);
    return letters.endsWith('key') && !OTHER_KEYS.test(letters) ? 'key' : 'other';
  }
  if (OTHER_TOKENS.test(letters) || OTHER_WORDS.test(letters)) return 'other';
  // Short ones are secrets as words of their own (`smtp_pass`, `proxyAuth`), not as the end of another word.
  const isWord = (ending !== 'pass' && ending !== 'auth') || /(?:^|[^a-z]|[a-z](?=[PA]))(?:pass|auth)[^a-z]*$/i.test(key) || JOINED.has(letters);
  return isWord ? kindOf(ending) : 'other';
}

const kindOf = (ending: string) => (SETTINGS.includes(ending) ? 'settings' : 'secret');

/** Of a key its end counts. */
const LONGEST = 200;
const JOINED = new Set(['dbpass', 'userpass', 'smtppass', 'mailpass', 'basicauth', 'proxyauth', 'httpauth']);

/**
 * Under a secret key: what says more about the secret, and is none. By the last word: `client_id`, `userName`, `description`.
 */
const NEUTRAL = new Set([
  ...['user', 'username', 'login', 'email', 'name', 'id', 'ids', 'account', 'client', 'tenant', 'project', 'org', 'organization', 'role', 'roles', 'scope', 'scopes', 'grant'],
  ...['type', 'kind', 'method', 'scheme', 'mode', 'provider', 'backend', 'source', 'strategy', 'flow', 'format', 'algorithm', 'alg', 'encoding', 'version', 'status', 'state'],
  ...['title', 'description', 'label', 'help', 'hint', 'placeholder', 'comment', 'note', 'required', 'optional', 'enum', 'options', 'choices', 'pattern', 'lang', 'language', 'locale'],
  ...['url', 'uri', 'endpoint', 'host', 'hostname', 'port', 'path', 'file', 'filename', 'folder', 'region', 'zone', 'location', 'domain', 'realm', 'audience', 'issuer', 'subject'],
  ...['database', 'schema', 'table', 'header', 'headers', 'field', 'prefix', 'suffix', 'env', 'environment', 'variable', 'ref', 'reference', 'expires', 'expiry', 'ttl', 'date', 'time', 'at', 'in'],
]);

export function isNeutralKey(name: string): boolean {
  const words = name.slice(-LONGEST).replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase().split(/[^a-z]+/).filter((word) => word !== '');
  return NEUTRAL.has(words.at(-1) ?? '');
}

/**
 * False: certainly no secret key. For keys that stand in a text, without taking them out of it: nearly all have other last
 * letters than these endings.
 */
export function mayBeSecretKey(text: string, from: number, to: number): boolean {
  let end = to;
  while (end > from && isDigitOrSeparator(text.charCodeAt(end - 1))) end -= 1;
  if (end - from < 3) return end < to && end > from;
  // 0 to 25.
  const a = (text.charCodeAt(end - 3) | 0x20) - 0x61;
  const b = (text.charCodeAt(end - 2) | 0x20) - 0x61;
  const c = (text.charCodeAt(end - 1) | 0x20) - 0x61;
  // Not two plain letters: perhaps the end of an escape.
  if (b < 0 || b > 25 || c < 0 || c > 25) return true;
  if (a < 0 || a > 25) return !isDigitOrSeparator(text.charCodeAt(end - 3)) || isDigit(text.charCodeAt(end - 3));
  // The escape of a letter ends with a digit, or with a to f behind one.
  return end - from >= (SHORTEST[(a * 26 + b) * 26 + c] as number) || (a < 6 && isDigit(text.charCodeAt(end - 4)));
}

/** By its last three letters: how long a key with such an ending, or with such a suffix behind one, is at least. */
const SHORTEST = new Uint16Array(26 ** 3).fill(0xffff);
for (const [ending, length] of [...ENDINGS.map((ending) => [ending, 3] as const), ...SUFFIXES.map((suffix) => [suffix, 'pwd'.length + suffix.length] as const)]) {
  const [a = 0, b = 0, c = 0] = [...ending.slice(-3)].map((letter) => letter.charCodeAt(0) - 0x61);
  SHORTEST[(a * 26 + b) * 26 + c] = Math.min(length, SHORTEST[(a * 26 + b) * 26 + c] as number);
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

function isDigitOrSeparator(c: number): boolean {
  return isDigit(c) || c === 0x5f || c === 0x2d || c === 0x2e || c === 0x20;
}
