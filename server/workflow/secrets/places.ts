/** Credentials that show by where they stand: in an address, in its query, in a header's value. */
import { isEscaped } from '../json-scan.ts';
import { secretsOfConnection } from './connection.ts';
import { isSecretKey } from './keys.ts';
import { looksRandom } from './random.ts';
import { holdsSecret, isMask, isReference } from './references.ts';
import type { Look } from './span.ts';

/** What the first group of a sticky expression matches; null: nothing, or only the place of a secret. */
export function spanOf(expression: RegExp, text: string, at: number): { value: string; from: number; to: number } | null {
  expression.lastIndex = at;
  const match = expression.exec(text);
  const value = match?.[1] ?? '';
  if (match === null || value === '' || isMask(value) || isReference(value)) return null;
  const from = at + match[0].lastIndexOf(value);
  return { value, from, to: from + value.length };
}

/**
 * `user:password@`. A password may hold a slash that nobody escaped (SQLAlchemy reads it so); a port and a path are none, nor
 * is what another address follows.
 */
const USER_AND_PASSWORD = /[^\s:@/?#'"<>\\]{0,200}:((?:(?!:\/\/)[^\s@'"\\]){1,500})(?=@)/y;

export const address: Look = {
  signs: ['\\/(?<=:\\/\\/)'],
  characters: '/',
  secretAt(text, sign) {
    const span = spanOf(USER_AND_PASSWORD, text, sign + 1);
    return span !== null && !/^\d{1,5}\//.test(span.value) ? span : null;
  },
};

const PARAMETER = /(?:amp;)?[\w.%-]{1,60}=([^&?\s#"'<>\\]{1,4000})/y;
const PARAMETER_NAME = /(?:amp;)?([\w.%-]{1,60})=/y;
/** Parameters that are credentials although no setting of such a name would be one. */
const CREDENTIAL_PARAMETER = /^(?:sig|signature|x-(?:amz|goog)-signature|auth|appid|code|key|odbc_connect)$/i;
/** SQLAlchemy's, with a whole connection string. */
const CONNECTION_PARAMETER = /^odbc_connect$/i;

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

export const query: Look = {
  signs: ['[?&](?=[\\w.%;-]{1,64}=)'],
  characters: '?&',
  secretAt(text, sign) {
    PARAMETER_NAME.lastIndex = sign + 1;
    const name = PARAMETER_NAME.exec(text)?.[1] ?? '';
    const named = isSecretKey(name);
    const span = named || CREDENTIAL_PARAMETER.test(name) ? spanOf(PARAMETER, text, sign + 1) : null;
    if (span === null) return null;
    if (CONNECTION_PARAMETER.test(name)) return secretsOfConnection(unescaped(span.value)).length > 0 ? span : null;
    return (named ? holdsSecret(name, span.value) : looksRandom(span.value)) ? span : null;
  },
};

const CREDENTIAL = /(?:bearer|basic) ([A-Za-z0-9._~+/=-]{6,8000})/iy;

/** The value of an Authorization header (RFC 6750, RFC 7617), whatever key it stands under. */
export const scheme: Look = {
  signs: ['B(?=earer |asic |EARER |ASIC )', 'b(?=earer |asic )'],
  characters: 'Bb',
  secretAt(text, sign) {
    const span = spanOf(CREDENTIAL, text, sign);
    if (span === null) return null;
    const { value } = span;
    const basic = /a/i.test(text.charAt(sign + 1));
    const holds = basic ? Buffer.from(value, 'base64').toString('latin1').includes(':') : value.length >= 8 && (/\d/.test(value) || value.length >= 20);
    return holds ? span : null;
  },
};

const ORACLE_ADDRESS = /jdbc:oracle:\w{1,9}:[\w$#]{1,128}\/([^\s@'"\\]{1,200})(?=@)/y;
const DRIVER_ADDRESS = /[\w.-]{1,100}:([^\s'"\\]{1,200}?)(?=@(?:tcp|udp|unix)\()/y;

/** Addresses of Oracle's driver, `jdbc:oracle:thin:user/password@db:1521:shop`, and of Go's drivers, `user:password@tcp(db:3306)/shop`. */
export const driverAddress: Look = {
  signs: ['@(?=(?:tcp|udp|unix)\\()', '@(?<=jdbc:oracle:[^\\s@"]{1,300}@)'],
  characters: '@',
  secretAt(text, sign, value) {
    let from = sign;
    while (from > Math.max(value.from, sign - 300) && !/[\s'"()\\]/.test(text.charAt(from - 1))) from -= 1;
    if (from > value.from && isEscaped(text, from)) from += 1;
    return spanOf(ORACLE_ADDRESS, text, from) ?? spanOf(DRIVER_ADDRESS, text, from);
  },
};
