/** Tokens that a login has given out: who has one, and until when. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';

export type TokenKind = 'jwt' | 'opaque';
export type Standing = 'valid' | 'expired' | 'unknown';

/** After so many the oldest is forgotten: a run that logs in all the time must not fill the memory. */
const MOST = 100_000;

export interface TokensOptions {
  readonly kind: TokenKind;
  readonly lifeMs: number;
}

export class Tokens {
  readonly #kind: TokenKind;
  readonly #lifeMs: number;
  readonly #secret = randomBytes(32);
  /** token -> `performance.now()` when it expires */
  readonly #issued = new Map<string, number>();

  constructor({ kind, lifeMs }: TokensOptions) {
    this.#kind = kind;
    this.#lifeMs = lifeMs;
  }

  issue(user: string): string {
    const token = this.#kind === 'jwt' ? this.#jwt(user) : randomBytes(24).toString('base64url');
    const oldest = this.#issued.keys().next();
    if (this.#issued.size >= MOST && !oldest.done) this.#issued.delete(oldest.value);
    this.#issued.set(token, performance.now() + this.#lifeMs);
    return token;
  }

  standing(token: string): Standing {
    const expiresAt = this.#issued.get(token);
    if (expiresAt === undefined) return 'unknown';
    return performance.now() < expiresAt ? 'valid' : 'expired';
  }

  /** None of those issued so far is good any more. */
  revoke(): void {
    this.#issued.clear();
  }

  /** HS256, with the claims of Kailash's own tokens. A life that is no whole second makes `exp` a fraction, as RFC 7519 allows. */
  #jwt(user: string): string {
    const iat = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: user, iat, exp: iat + this.#lifeMs / 1000, token_type: 'access', jti: randomUUID() })}`;
    return `${head}.${createHmac('sha256', this.#secret).update(head).digest('base64url')}`;
  }
}
