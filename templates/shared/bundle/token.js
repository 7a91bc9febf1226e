// How long the token of a login is good for. The same as token.py; both are held to vectors/token.json.
import { parse } from "./outcome.js";

/**
 * @param {string} token
 * @param {unknown} expiresIn the answer's `expires_in` beside the token, in seconds
 * @param {number} nowEpochMs the wall clock, for a token that tells when it expires but not when it was made
 * @returns {number | null} milliseconds from now; null: it does not say
 */
export function lifeOf(token, expiresIn, nowEpochMs) {
  const { exp, iat } = claimsOf(token);
  let lifeMs = 0;
  if (Number.isFinite(exp))
    lifeMs = Number.isFinite(iat)
      ? (exp - iat) * 1000
      : exp * 1000 - nowEpochMs;
  else if (Number.isFinite(expiresIn)) lifeMs = expiresIn * 1000;
  // Over before it began: the clocks disagree, and what is left is to wait for a 401.
  return lifeMs > 0 ? lifeMs : null;
}

/** A new one is asked for so long before the old one expires. */
export function renewAheadOf(lifeMs) {
  return Math.min(30_000, lifeMs / 5);
}

/** The claims of a JSON Web Token (RFC 7519), unverified; empty for a token of another kind. */
function claimsOf(token) {
  const parts = token.split(".");
  if (parts.length !== 3 || !/^[A-Za-z0-9_-]*$/.test(parts[1])) return {};
  return Object(parse(fromBase64Url(parts[1])));
}

const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Bytes as characters: enough for the numbers in it, and not every tool has `atob`. */
function fromBase64Url(text) {
  let bits = 0;
  let count = 0;
  let result = "";
  for (const letter of text) {
    bits = ((bits << 6) | ALPHABET.indexOf(letter)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    result += String.fromCharCode((bits >> count) & 0xff);
  }
  return result;
}
