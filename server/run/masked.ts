/** What a tool prints may quote a token: a message or a log never does. */

/** Shorter values are words that stand everywhere. */
const LEAST_SECRET = 4;

export function masker(variables: Readonly<Record<string, string>>): (text: string) => string {
  // The longest first: one may begin with another.
  const secrets = [...new Set(Object.values(variables))].filter((value) => value.length >= LEAST_SECRET).sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
