/**
 * Which keys hold a secret, by how their name ends: `db_password` does, `password_field` does not. Case and separators do not
 * count, nor does a number at the end. Kailash itself masks api_key, api_secret, token, password, credential, auth and secret
 * (`NodeInstance._SENSITIVE_KEYS` of kailash 2.65, graph.py), and base_url, which is none by its name.
 */
const ENDINGS = [
  ...['password', 'passwords', 'passwd', 'pwd', 'passphrase', 'passcode', 'pass'],
  ...['secret', 'secrets', 'token', 'accesstokens', 'refreshtokens', 'authtokens', 'apitokens'],
  ...['apikey', 'apikeys', 'appkey', 'secretkey', 'privatekey', 'privatekeys', 'accesskey', 'authkey', 'signingkey', 'encryptionkey', 'masterkey'],
  ...['accountkey', 'sharedkey', 'storagekey', 'subscriptionkey', 'sshkey', 'hmackey', 'adminkey', 'servicekey', 'servicerolekey'],
  ...['authorization', 'cookie', 'cookies', 'credential', 'credentials', 'auth'],
] as const;

const ENDS = new RegExp(`(?:${[...ENDINGS].sort((a, b) => b.length - a.length).join('|')})$`);

/** Tokens that are pieces of text, places in a list, or what a price counts. */
const OTHER_TOKENS =
  /(?:next|prev|previous|page|pagination|continuation|sync|cursor|stop|start|end|first|last|eos|bos|pad|padding|unk|unknown|sep|cls|mask|special|separator|delimiter|per|perinput|peroutput|max|min|input|output|prompt|completion|image|text|word|sub|cancellation)token$/;

/** Words that end like a key of this kind only by chance, or with a word before that says something else. */
const OTHER_WORDS = /(?:compass|bypass|encompass|surpass|trespass|highpass|lowpass|bandpass|allpass|(?:use|is|has|no|require|requires|enable|skip|with)auth)$/;

export function isSecretKey(name: string): boolean {
  if (!mayBeSecretKey(name, 0, name.length)) return false;
  const key = name.slice(-LONGEST);
  const letters = key.toLowerCase().replace(/[^a-z0-9]+/g, '').replace(/[0-9]+$/, '');
  const [ending] = ENDS.exec(letters) ?? [];
  if (ending === undefined || OTHER_TOKENS.test(letters) || OTHER_WORDS.test(letters)) return false;
  // Short ones are secrets as words of their own (`smtp_pass`, `proxyAuth`), not as the end of another word.
  return (ending !== 'pass' && ending !== 'auth') || /(?:^|[^a-z]|[a-z](?=[PA]))(?:pass|auth)[^a-z]*$/i.test(key) || JOINED.has(letters);
}

/** Of a key its end counts. */
const LONGEST = 200;
const JOINED = new Set(['dbpass', 'userpass', 'smtppass', 'mailpass', 'basicauth', 'proxyauth', 'httpauth']);

/**
 * False: certainly no secret key. For keys that stand in a text, without taking them out of it: nearly all have another
 * last two letters than these endings.
 */
export function mayBeSecretKey(text: string, from: number, to: number): boolean {
  let end = to;
  while (end > from && isDigitOrSeparator(text.charCodeAt(end - 1))) end -= 1;
  if (end - from < 3) return end < to && end > from;
  const a = (text.charCodeAt(end - 2) | 0x20) - 0x61;
  const b = (text.charCodeAt(end - 1) | 0x20) - 0x61;
  // Not two plain letters: perhaps the end of an escape.
  if (a < 0 || a > 25 || b < 0 || b > 25) return true;
  return LAST_TWO[a * 26 + b] === 1;
}

const LAST_TWO = new Uint8Array(26 * 26);
for (const ending of ENDINGS) LAST_TWO[(ending.charCodeAt(ending.length - 2) - 0x61) * 26 + (ending.charCodeAt(ending.length - 1) - 0x61)] = 1;

function isDigitOrSeparator(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || c === 0x5f || c === 0x2d || c === 0x2e || c === 0x20;
}
