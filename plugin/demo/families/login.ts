/** `POST /api/auth/login` as Studio's documents have it: user name and password for a token. Kailash's own servers have no login. */
import { json } from '../wire/answer.ts';
import { type Field, readFields } from './body.ts';
import { type Family, methodNotAllowed, plain } from './family.ts';
import type { TokenKind, Tokens } from './tokens.ts';

export const LOGIN_PATH = '/api/auth/login';
const BODY: readonly Field[] = [{ name: 'username', kind: 'text', required: true }, { name: 'password', kind: 'text', required: true }];

export interface LoginOptions {
  readonly username: string;
  readonly password: string;
  /** How long a token is good for, in ms. Default 1,800,000, as in Kailash. */
  readonly lifeMs?: number;
  /** Where the answer has the token: `token` (default), `access_token`, or deeper: `data/token`. */
  readonly tokenField?: string;
  /** Default `jwt`: it tells its life itself (`iat`, `exp`). */
  readonly kind?: TokenKind;
  /** `expires_in` in seconds beside the token. Default: for opaque tokens. */
  readonly expiresIn?: boolean;
}

export const LIFE_MS = 30 * 60 * 1000;

export function login(options: LoginOptions, tokens: Tokens): Family {
  const { username, password, lifeMs = LIFE_MS, tokenField = 'token', kind = 'jwt', expiresIn = kind === 'opaque' } = options;
  const fields = tokenField.split('/');
  const last = fields.pop() ?? '';

  return {
    nameOf: (method, path) => (path === LOGIN_PATH ? `${method} ${LOGIN_PATH}` : null),
    async serve(incoming) {
      if (incoming.method !== 'POST') return methodNotAllowed('POST');
      const body = readFields(incoming, BODY);
      if (body.refused) return body.refused;
      if (body.value['username'] !== username || body.value['password'] !== password) return plain(json(401, { detail: 'Invalid credentials', error: 'invalid_credentials' }));
      const answer = { [last]: tokens.issue(username), token_type: 'bearer', ...(expiresIn ? { expires_in: lifeMs / 1000 } : {}) };
      return plain(json(200, fields.reduceRight<object>((inside, field) => ({ [field]: inside }), answer)));
    },
  };
}
