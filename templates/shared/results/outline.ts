/** What a JSON text holds, as far as its first bytes tell. */

export interface Outline {
  readonly isList: boolean;
  /** Keys of the first value, two levels deep: `metrics`, `metrics/http_reqs`; of a list, those of its elements: `/name`. */
  readonly paths: ReadonlySet<string>;
}

/** The last string may end with the text. */
const TOKEN = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)(?:"(\s*:)?|\\?$)|[{}[\]]/g;

/** null: no object and no list. */
export function outline(head: Buffer): Outline | null {
  const text = head.toString('utf8').replace(/^\ufeff?\s*/, '');
  if (!/^[{[]/.test(text)) return null;
  const paths = new Set<string>();
  let depth = 0;
  let first = '';
  for (const [token, key, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (colon !== undefined && depth <= 2) {
      if (depth === 1) first = key ?? '';
      paths.add(depth === 1 ? first : `${first}/${key}`);
    }
    if (depth === 0) break;
  }
  return { isList: text.startsWith('['), paths };
}
