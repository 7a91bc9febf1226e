/** Values that stand where a secret would stand and hold none: masks, references to a variable or a store, placeholders, words. */
import { isSecretKey } from './keys.ts';

/** `***REDACTED***` is Kailash's own; `sk-***` and `***1234` are others'. In the middle of a password a few may stand. */
const MASK = /^\*{3}|\*{3}$|\*{5}|^[x*•●._#-]{3,}$|^[<[({]?\s*(?:redacted|masked|hidden|filtered|removed)\s*[>\])}]?$/i;

const VARIABLE = [
  String.raw`\$\{[^{}]*\}`, // ${NAME}
  String.raw`\$?\{\{[^{}]*\}\}`, // {{ name }}, ${{ name }}
  '<<[^<>]*>>',
  String.raw`\[\[[^[\]]*\]\]`, // [[NAME]], as our own scripts have it
  '<[A-Za-z][^<>]*>', // <your key>
  String.raw`%[A-Za-z_]\w*%`,
  String.raw`\$[A-Z_][A-Z0-9_]*(?![A-Za-z0-9_])`, // $NAME; in lower case it may be a password
  String.raw`\$\.[\w.[\]]+`, // $.inputs.name
  String.raw`\{[A-Za-z_][\w.]*\}`, // {name}
  '%s',
].join('|');
const ANY_VARIABLE = new RegExp(VARIABLE, 'g');

/** What may stand beside a variable and still be no secret: the scheme of an Authorization header. */
const SCHEME = /^(?:bearer|basic|token|digest|api-?key|key)?\s*[:=]?$/i;

const STORE = /^(?:env[.:]|secrets?\.|secret:\/\/|vault:|op:\/\/|keyvault:|ref\+|arn:aws:(?:secretsmanager|ssm):|process\.env\b|os\.(?:environ|getenv)\b|@Microsoft\.KeyVault\(|projects\/[^/\s]+\/secrets\/)/;

/** OPENAI_API_KEY. In upper case only, and with a word in it that says so: `HUNTER_2` is a password. */
const VARIABLE_NAME = /^(?=.*_)[A-Z][A-Z0-9_]*$/;
const SAYS_SO = /(?:^|_)(?:API)?(?:KEY|TOKEN|SECRET|PASS|PASSWORD|PASSWD|PWD|AUTH|CREDENTIALS?|COOKIE|DSN|UR[LI])\d*(?:_|$)/;

/** A type in a schema, an answer in a form, a scheme. */
const WORD = /^(?:str|string|int|integer|float|double|number|bool|boolean|dict|object|list|array|any|text|bytes|none|null|true|false|required|optional)$/i;
const SCHEME_WORD = /^(?:bearer|basic|digest|oauth2?|api_?key|jwt|ntlm|kerberos|enabled|disabled|default|inherit|include|omit|same-origin|auto|anonymous)$/i;

const KEY_FILE = /^[\w~./\\: -]+\.(?:pem|key|json|p12|pfx|crt|cer|txt|ya?ml)$/;

const PATH = /^[A-Za-z_]\w*(?:\[\d+\])?(?:\.\w+(?:\[\d+\])?)*$/;

/** It says where a secret comes from: `login.result.token`. */
function isPlace(value: string): boolean {
  const steps = value.split('.');
  return steps.length > 2 && isSecretKey(steps.at(-1) ?? '') && PATH.test(value);
}

/** The same in a mapping, where a single name will do. */
export function isMapped(value: string): boolean {
  return value.length <= 200 && PATH.test(value) && (value.includes('.') || !/\d/.test(value));
}

export function isMask(value: string): boolean {
  return value.length <= LONGEST && MASK.test(value);
}

/** What is longer is no reference and no word; and expressions must not run over megabytes. */
const LONGEST = 2000;

/** It only refers to a value that is somewhere else. */
export function isReference(value: string): boolean {
  if (value.length > LONGEST) return false;
  const rest = value.replace(ANY_VARIABLE, '');
  return (rest !== value && SCHEME.test(rest.trim())) || STORE.test(value) || (VARIABLE_NAME.test(value) && SAYS_SO.test(value));
}

/** @param value of a key whose name says that it is secret */
export function holdsSecret(key: string, value: string): boolean {
  const text = value.trim();
  if (text.length > LONGEST) return true;
  if (text === '' || isMask(text) || isReference(text) || WORD.test(text)) return false;
  if (/(?:auth|authorization|credentials?|token|cookies?)$/i.test(key) && (SCHEME_WORD.test(text) || isPlace(text))) return false;
  return !(/(?:key|credentials?)$/i.test(key) && KEY_FILE.test(text));
}
