/** Who may ask what: the credential of a request, checked in the order and refused with the words of Kailash's own middleware. */
import { type Answer, json } from '../wire/answer.ts';
import type { Tokens } from './tokens.ts';

export interface ApiKey {
  /** Kailash's own is `X-API-Key`. */
  readonly header: string;
  readonly value: string;
}

export interface AccessOptions {
  /** A bearer token that is good for ever. */
  readonly token: string | null;
  readonly apiKey: ApiKey | null;
  readonly tokens: Tokens | null;
  /** Whose the tokens of the login are. */
  readonly username: string | null;
}

type Headers = Readonly<Record<string, string>>;
type Checked = { readonly user: string | null; readonly refused?: undefined } | { readonly user?: undefined; readonly refused: Answer };

export class Access {
  readonly #options: AccessOptions;
  readonly #keyHeader: string;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#keyHeader = options.apiKey?.header.toLowerCase() ?? 'x-api-key';
  }

  /** A user of null: the server is open. */
  check(headers: Headers): Checked {
    const { token, apiKey, tokens, username } = this.#options;
    if (token === null && apiKey === null && tokens === null) return { user: null };
    const key = headers[this.#keyHeader];
    if (apiKey && key !== undefined) return key === apiKey.value ? { user: 'api-key' } : refused('invalid_api_key');
    const bearer = /^bearer +(.+)$/i.exec(headers['authorization'] ?? '')?.[1];
    if (bearer === undefined) return refused('missing_token');
    if (token !== null && bearer === token) return { user: 'token' };
    const standing = tokens?.standing(bearer) ?? 'unknown';
    if (standing === 'valid') return { user: username };
    return refused(standing === 'expired' ? 'token_expired' : 'invalid_token');
  }

  /** Headers for the truth: of an authorization only its scheme is left, of a key nothing. */
  masked(headers: Headers): Headers {
    const { authorization } = headers;
    const scheme = /^(\S+) /.exec(authorization ?? '')?.[0] ?? '';
    return {
      ...headers,
      ...(authorization === undefined ? {} : { authorization: `${scheme}***` }),
      ...(headers[this.#keyHeader] === undefined ? {} : { [this.#keyHeader]: '***' }),
    };
  }
}

function refused(error: 'missing_token' | 'invalid_token' | 'token_expired' | 'invalid_api_key'): Checked {
  return { refused: json(401, { detail: 'Not authenticated', error }, { 'www-authenticate': 'Bearer realm="api"' }) };
}
