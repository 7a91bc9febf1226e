/**
 * What a tool prints may quote a token: a message or a log never does. Nor does it in another spelling: a variable may hold the inside of a
 * JSON string as it stands in a definition, of which the tool prints the text itself; and what is sent in an address is printed as an address.
 */

export interface Mask {
  (text: string): string;
  /** Characters of the longest text that is hidden: so many at a cut may be a part of one. */
  readonly longest: number;
}

/** Shorter values are words that stand everywhere. */
const LEAST_SECRET = 4;
/** The same of the lines of a value: a bracket, or a key, is none. */
const LEAST_LINE = 8;

export function masker(variables: Readonly<Record<string, string>>): Mask {
  const secrets = Object.values(variables).flatMap(spellings).filter((text) => text.length >= LEAST_SECRET);
  // A log is masked line by line.
  const lines = secrets.flatMap((text) => text.split(/[\r\n]+/)).map((line) => line.trim()).filter((line) => line.length >= LEAST_LINE);
  // The longest first: one may begin with another.
  const hidden = [...new Set([...secrets, ...lines])].sort((a, b) => b.length - a.length);
  return Object.assign((text: string) => hidden.reduce((masked, secret) => masked.replaceAll(secret, '***'), text), { longest: hidden[0]?.length ?? 0 });
}

/** As it is, as the text that it stands for in JSON, as JSON writes it, and each as an address has it. */
function spellings(value: string): string[] {
  const plain = [value, ...decoded(value)];
  return [...plain, ...plain.map((text) => JSON.stringify(text).slice(1, -1)), ...plain.flatMap(inAddress)];
}

/** Of the inside of a JSON string, and of a whole one. */
function decoded(value: string): string[] {
  return [`"${value}"`, value].flatMap((json) => {
    try {
      const text: unknown = JSON.parse(json);
      return typeof text === 'string' ? [text] : [];
    } catch {
      return [];
    }
  });
}

/** JavaScript leaves `!'()*` as they are, Python and Go do not; Python's `quote` leaves `/`, and forms write a space as `+`. */
function inAddress(text: string): string[] {
  const encoded = encodeURIComponent(text.toWellFormed());
  const strict = encoded.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return [encoded, encodeURI(text.toWellFormed()), strict, strict.replaceAll('%2F', '/'), strict.replaceAll('%20', '+')];
}
