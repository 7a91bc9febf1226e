/** What is wrong with a loadtest.yml, and in which line. */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { script } from './schema.ts';

export interface Problem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

type Place = readonly (string | number)[];

/** @param exported names that the processor exports */
export function problemsOf(text: string, exported: readonly string[]): readonly Problem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number | undefined) => lines.linePos(offset ?? 0).line;
  if (document.errors.length > 0) return document.errors.map(({ pos, message }) => ({ line: at(pos[0]), message: sentence(message) }));

  const { data, error } = script.safeParse(document.toJS());
  if (error) return error.issues.flatMap((issue) => problemsFrom(issue).map(({ place, message }) => ({ line: at(offsetOf(document, place)), message })));
  return namesIn(data)
    .filter(({ name }) => !exported.includes(name))
    .map(({ name, place }) => ({ line: at(offsetOf(document, place)), message: `${data.config.processor} exports no function ${name}.` }));
}

function problemsFrom(issue: z.core.$ZodIssue): { place: Place; message: string }[] {
  const place = issue.path.filter((part) => typeof part !== 'symbol');
  const name = place.findLast((part) => typeof part === 'string') ?? 'loadtest.yml';
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ place: [...place, key], message: `${JSON.stringify(key)} has no place here.` }));
  if (issue.code === 'custom') return [{ place, message: issue.message }];
  const what = issue.message.replace(/^Invalid input(: )?/, '');
  return [{ place, message: what.endsWith('received undefined') ? `${name} is missing.` : sentence(`${name} is wrong${what && `: ${what}`}`) }];
}

/** Where a member begins, or the closest one around it when it is missing. */
function offsetOf(document: Document, place: Place): number | undefined {
  for (let length = place.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(place.slice(0, length - 1), true);
    const key = isMap(parent) ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === place[length - 1])?.key : document.getIn(place.slice(0, length), true);
    if (isNode(key) && key.range) return key.range[0];
  }
  return undefined;
}

/** Every function that the script names, wherever Artillery looks one up. */
function namesIn(value: unknown, place: Place = []): { name: string; place: Place }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => namesIn(item, [...place, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const here = [...place, key];
    if (!FUNCTIONS.includes(key)) return namesIn(member, here);
    // `ifTrue` may be an expression instead.
    return [member].flat().filter((name): name is string => typeof name === 'string' && /^[\w$]+$/.test(name)).map((name) => ({ name, place: here }));
  });
}

const FUNCTIONS = ['function', 'ifTrue', 'whileTrue', 'beforeRequest', 'afterResponse', 'onError'];

function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}
