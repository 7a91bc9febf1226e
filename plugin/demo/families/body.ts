/** How FastAPI reads a body and refuses what is wrong with it: 422, with each wrong place and what stood there. */
import { isObject } from '../executions/definition.ts';
import type { Served } from '../executions/execution.ts';
import { json } from '../wire/answer.ts';
import { type Incoming, plain } from './family.ts';

export interface Mistake {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input?: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

export function invalid(...detail: readonly Mistake[]): Served {
  return plain(json(422, { detail }));
}

export type ReadBody = { readonly value: unknown; readonly refused?: undefined } | { readonly value?: undefined; readonly refused: Mistake };

export function readJson({ headers, body }: Pick<Incoming, 'headers' | 'body'>): ReadBody {
  const text = body.toString('utf8');
  if (body.length === 0) return { refused: missing('body', null) };
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(headers['content-type'] ?? '')) return { refused: noDictionary(text) };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const { message } = error as Error;
    const at = Number(/at position (\d+)/.exec(message)?.[1] ?? (/end of JSON/.test(message) ? text.length : 0));
    return { refused: { type: 'json_invalid', loc: ['body', at], msg: 'JSON decode error', input: {}, ctx: { error: message } } };
  }
}

export type Kind = 'text' | 'dict' | 'dicts' | readonly string[];

export interface Field {
  readonly name: string;
  /** A list of texts: one of these. */
  readonly kind: Kind;
  readonly required?: boolean;
  readonly orNull?: boolean;
}

export type Fields = { readonly value: Readonly<Record<string, unknown>>; readonly refused?: undefined } | { readonly value?: undefined; readonly refused: Served };

/** @param query parameters that must be there; they are named before what is wrong in the body */
export function readFields(incoming: Incoming, fields: readonly Field[], query: readonly string[] = []): Fields {
  const body = readJson(incoming);
  if (body.refused?.type === 'json_invalid') return { refused: invalid(body.refused) };
  const given = new URLSearchParams(incoming.query);
  const mistakes = query.filter((name) => !given.has(name)).map((name) => missing('query', null, name));
  if (body.refused) return { refused: invalid(...mistakes, body.refused) };
  const { value } = body;
  if (!isObject(value)) return { refused: invalid(...mistakes, noDictionary(value)) };
  mistakes.push(...fields.flatMap((field) => mistakesIn(field, value)));
  return mistakes.length > 0 ? { refused: invalid(...mistakes) } : { value };
}

/** For requests without a body. */
export function missingQuery(incoming: Incoming, name: string): Served | null {
  return new URLSearchParams(incoming.query).has(name) ? null : invalid(missing('query', null, name));
}

function mistakesIn({ name, kind, required, orNull }: Field, body: Readonly<Record<string, unknown>>): Mistake[] {
  if (!(name in body)) return required ? [missing('body', body, name)] : [];
  const input = body[name];
  if (input === null && orNull) return [];
  const wrong = (type: string, msg: string, loc: readonly (string | number)[] = [name], at = input): Mistake[] => [{ type, loc: ['body', ...loc], msg, input: at }];
  if (kind === 'text') return typeof input === 'string' ? [] : wrong('string_type', 'Input should be a valid string');
  if (kind === 'dict') return isObject(input) ? [] : wrong('dict_type', 'Input should be a valid dictionary');
  if (kind === 'dicts') {
    if (!Array.isArray(input)) return wrong('list_type', 'Input should be a valid list');
    return input.flatMap((item, i) => (isObject(item) ? [] : wrong('dict_type', 'Input should be a valid dictionary', [name, i], item)));
  }
  if (typeof input === 'string' && kind.includes(input)) return [];
  const expected = kind.map((text) => `'${text}'`).join(', ').replace(/, ([^,]*)$/, ' or $1');
  return wrong('enum', `Input should be ${expected}`).map((mistake) => ({ ...mistake, ctx: { expected } }));
}

const missing = (where: 'body' | 'query', input: unknown, name?: string): Mistake => ({ type: 'missing', loc: name === undefined ? [where] : [where, name], msg: 'Field required', input });

const noDictionary = (input: unknown): Mistake => ({ type: 'model_attributes_type', loc: ['body'], msg: 'Input should be a valid dictionary or object to extract fields from', input });
