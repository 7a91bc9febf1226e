/** So much of Logging's query language as is used: comparisons with = and >=, log_id(), AND, OR, parentheses. What it does not know it refuses. */
export interface Kept {
  readonly logName: string;
  readonly insertId: string;
  readonly timestampMs: number;
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly labels: Readonly<Record<string, string>>;
  readonly line: string;
}

type Test = (entry: Kept) => boolean;

const TOKEN = /\s*(\(|\)|>=|=|"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_.]*(?:"[^"]+")?)/y;

/** Throws a sentence. */
export function matcher(filter: string): Test {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < filter.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(filter);
    if (!found?.[1]) throw new Error(`Unparseable filter at ${filter.slice(at, at + 20)}`);
    tokens.push(found[1]);
  }
  let next = 0;
  const take = (expected?: string): string => {
    const token = tokens[next++] ?? '';
    if (expected !== undefined && token !== expected) throw new Error(`Unparseable filter: ${expected} expected, not ${token}`);
    return token;
  };
  const any = (): Test => {
    const all = [every()];
    while (tokens[next] === 'OR') {
      take();
      all.push(every());
    }
    return (entry) => all.some((test) => test(entry));
  };
  const every = (): Test => {
    const all = [one()];
    while (tokens[next] === 'AND') {
      take();
      all.push(one());
    }
    return (entry) => all.every((test) => test(entry));
  };
  const one = (): Test => {
    const name = take();
    if (name === '(') {
      const inner = any();
      take(')');
      return inner;
    }
    if (name === 'log_id') {
      take('(');
      const id = text(take());
      take(')');
      return ({ logName }) => logName.endsWith(`/logs/${encodeURIComponent(id)}`);
    }
    const operator = take();
    const value = text(take());
    if (operator === '>=' && name === 'timestamp') return ({ timestampMs }) => timestampMs >= Date.parse(value);
    if (operator !== '=') throw new Error(`Unparseable filter: ${name} ${operator}`);
    return (entry) => fieldOf(entry, name) === value;
  };
  const test = any();
  if (next < tokens.length) throw new Error(`Unparseable filter at ${tokens[next]}`);
  return test;
}

function fieldOf({ resource, labels }: Kept, name: string): string | undefined {
  if (name === 'resource.type') return resource.type;
  const [, of, plain, quoted] = /^(resource\.labels|labels)\.(?:([a-z_]+)|"([^"]+)")$/.exec(name) ?? [];
  if (!of) throw new Error(`Field not found: ${name}`);
  return (of === 'labels' ? labels : resource.labels)[plain ?? quoted ?? ''];
}

function text(token: string): string {
  if (!token.startsWith('"')) throw new Error(`Unparseable filter: ${token} is no text`);
  return JSON.parse(token) as string;
}
