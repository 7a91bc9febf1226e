/** Names of files that are downloaded: of what, and when it began. */

const MAX_NAME = 60;

/**
 * Letters of ASCII, digits and hyphens, which every system and every header takes.
 * @param of what; where nothing of its name is left it is a load test
 */
export function fileName(of: string | null, at: Date, ending: string): string {
  const name = (of ?? '').normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^A-Za-z0-9]+/g, '-').slice(0, MAX_NAME).replace(/^-|-$/g, '');
  return `${name || 'load-test'}-${at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replaceAll(':', '-')}.${ending}`;
}
