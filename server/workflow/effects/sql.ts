/** Whether a query reads or writes, as far as its words tell, and its first words without a value in them. */

const READS = /^(select|show|explain|describe|desc|values|table|pragma|with)\b/i;
const WRITES = /\b(insert|update|delete|merge|upsert|replace(?!\s*\()|into|create|drop|alter|truncate|copy|call|exec|execute|grant|revoke|vacuum|lock|set)\b/i;

const COMMENT = /--[^\n]*|\/\*.*?(?:\*\/|$)/gs;
const DOLLAR_TEXT = /\$(\w*)\$.*?(?:\$\1\$|$)/gs;
/** Databases differ: a backslash in a text is an escape for some, a letter for others. */
const TEXTS = [/'(?:[^']|'')*(?:'|$)/gs, /'(?:[^'\\]|''|\\.)*(?:'|$)/gs] as const;
const NAME = /"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)/gs;

/** Anything but a plain read counts as a write: `SELECT ... INTO`, `WITH x AS (DELETE ...)`, a second statement, a comment that MySQL runs. */
export function writes(query: string): boolean {
  return TEXTS.some((text) => {
    const words = query.replace(text, '…').replace(DOLLAR_TEXT, '…').replace(COMMENT, (c) => (c.startsWith('/*!') ? c : ' ')).replace(NAME, 'name').replace(/^[\s(]+/, '');
    return !READS.test(words) || WRITES.test(words) || words.includes('/*!') || /;\s*\S/.test(words);
  });
}

/** Literals may be secrets: they are left out, and so is all that follows where it is not certain where one ends. */
export function firstWords(query: string, most = 60): string {
  const [certain = ''] = query.split('\\');
  const words = certain
    .replace(TEXTS[0], '…')
    .replace(DOLLAR_TEXT, '…')
    .replace(COMMENT, ' ')
    // A text in double quotes is a name for some databases and a value for others; after these words it is a name.
    .replace(/(\b(?:from|join|into|update|table)\s+)?"(?:[^"]|"")*(?:"|$)/gi, (found, before) => (before === undefined ? '…' : found))
    .replace(/\s+/g, ' ')
    .trim();
  if (words.length <= most) return certain.length < query.length && !words.endsWith('…') ? `${words} …` : words;
  const cut = words.lastIndexOf(' ', most);
  return `${words.slice(0, cut > 0 ? cut : most)} …`;
}
