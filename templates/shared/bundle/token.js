// How long the token of a login is good for. The same as token.py; both are held to vectors/token.json.

/**
 * @param {string} token
 * @param {unknown} expiresIn the answer's `expires_in` beside the token, in seconds
 * @param {number} nowEpochMs the wall clock, for a token that tells when it expires but not when it was made
 * @returns {number | null} milliseconds from now; null: it does not say
 */
export function lifeOf(token, expiresIn, nowEpochMs) {
  const { exp, iat } = claimsOf(token);
  if (Number.isFinite(exp))
    return Math.max(
      0,
      Number.isFinite(iat) ? (exp - iat) * 1000 : exp * 1000 - nowEpochMs,
    );
  return Number.isFinite(expiresIn) && expiresIn > 0 ? expiresIn * 1000 : null;
}

/** A new one is asked for so long before the old one expires. */
export function renewAheadOf(lifeMs) {
  return Math.min(30_000, lifeMs / 5);
}

/** The claims of a JSON Web Token (RFC 7519), unverified; empty for a token of another kind. */
function claimsOf(token) {
  const parts = token.split(".");
  if (parts.length !== 3) return {};
  try {
    return Object(JSON.parse(fromBase64Url(parts[1])));
  } catch {
    return {};
  }
}

const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Bytes as characters: enough for the numbers in it, and not every tool has `atob`. */
function fromBase64Url(text) {
  let bits = 0;
  let count = 0;
  let result = "";
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) throw new Error("not base64url");
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count >= 8)
      result += String.fromCharCode((bits >> (count -= 8)) & 0xff);
  }
  return result;
}
