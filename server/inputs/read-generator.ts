/** One object with a $ name -> its part, or what is wrong with it. */
import { getNodePath, type JSONPath, type Node } from 'jsonc-parser';
import { shown } from '../workflow/shown.ts';
import { numeral } from '../words/numeral.ts';
import type { Part, ScalarGenerator } from './part.ts';
import type { ProblemList } from './problem-list.ts';

/** The text of the object, and where it stands in all of the text. */
export interface Source {
  readonly text: string;
  readonly path: JSONPath;
  readonly allow: readonly string[];
  readonly problems: ProblemList;
}

/** Far enough from the last safe integer (9.007e15) for any number of iterations. */
const MOST_COUNTER = 9_000_000_000_000_000;
const HALF_PAIR = 'Half of a character pair (a lone surrogate) cannot be part of a $text.';

/** @param node the object; what comes back when it has problems stands for nothing */
export function readGenerator(source: Source, node: Node): Part {
  const [name, value] = memberOf(node);
  if (!value) return '';
  if (name === '$literal') return source.text.slice(value.offset, value.offset + value.length);
  if (name === '$text') return textOf(source, value);
  const placeholder = name.slice(1);
  if (!source.allow.includes(placeholder)) return scalarOf(source, name, value);
  if (value.value !== true) return refuse(source, value, `Write {"${name}": true}.`);
  return placeholder === 'workflow' ? { workflow: true } : { inputs: true };
}

/** Name and value of the one member of an object, when the name begins with $. */
function memberOf(node: Node): [name: string, value: Node | undefined] {
  const [name, value] = node.type === 'object' && node.children?.length === 1 ? (node.children[0]?.children ?? []) : [];
  return typeof name?.value === 'string' && name.value.startsWith('$') ? [name.value, value] : ['', undefined];
}

function scalarOf(source: Source, name: string, value: Node): ScalarGenerator | string {
  const problem = (message: string) => refuse(source, value, message);
  switch (name) {
    case '$uuid':
      return value.value === true ? { uuid: true } : problem('Write {"$uuid": true}.');
    case '$counter': {
      const start: unknown = value.value;
      if (!Number.isSafeInteger(start) || Math.abs(start as number) > MOST_COUNTER) return problem(`A counter starts at a whole number of at most ${numeral(MOST_COUNTER)}: {"$counter": 1}.`);
      return { counter: start as number };
    }
    case '$now':
      return value.value === 'iso' || value.value === 'ms' || value.value === 's' ? { now: value.value } : problem('Write {"$now": "iso"}, or "ms" or "s" for milliseconds or seconds since 1970.');
    case '$int':
      return intOf(value, problem);
    case '$pick':
      if (value.type !== 'array' || !value.children?.length) return problem('Give a list with at least one value: {"$pick": ["a", "b"]}.');
      return { pick: value.children.map((child) => fixedOf(source, child)) };
    default: {
      const quoted = shown(JSON.stringify(name), 60);
      return refuse(source, value.parent?.parent ?? value, `${quoted} is not known here: generators are $uuid, $counter, $now, $int, $pick and $text. To send this object as it is, write {"$literal": {${quoted}: ...}}.`);
    }
  }
}

function intOf(value: Node, problem: (message: string) => string): ScalarGenerator | string {
  const [min, max, ...others] = (value.type === 'array' ? (value.children ?? []) : []).map((child): unknown => child.value);
  if (typeof min !== 'number' || typeof max !== 'number' || others.length > 0) return problem('Give the smallest and the largest number: {"$int": [1, 100]}.');
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max)) return problem(`Both must be whole numbers between ${numeral(Number.MIN_SAFE_INTEGER)} and ${numeral(Number.MAX_SAFE_INTEGER)}.`);
  if (min > max) return problem('The smallest number comes first: this range is empty.');
  if (!Number.isSafeInteger(max - min)) return problem(`This range is too wide: at most ${numeral(Number.MAX_SAFE_INTEGER)} lie between the two.`);
  return { int: [min, max] };
}

/** The text of a value in which literals may stand, and nothing that is generated. */
function fixedOf(source: Source, node: Node): string {
  let text = '';
  let done = node.offset;
  const walk = (at: Node): void => {
    if (!memberOf(at)[1]) return at.children?.forEach(walk);
    const part = readGenerator(source, at);
    if (typeof part !== 'string') refuse(source, at, 'A value of $pick is sent as it is and can hold no generators.');
    text += source.text.slice(done, at.offset) + String(part);
    done = at.offset + at.length;
  };
  walk(node);
  return text + source.text.slice(done, node.offset + node.length);
}

function textOf(source: Source, value: Node): Part {
  if (value.type !== 'array' || !value.children?.length) return refuse(source, value, 'Give a list of texts and generators: {"$text": ["order-", {"$counter": 1}]}.');
  return { text: value.children.map((child) => textPartOf(source, child)) };
}

function textPartOf(source: Source, node: Node): ScalarGenerator | string {
  if (node.type === 'string') return String(node.value).isWellFormed() ? String(node.value) : refuse(source, node, HALF_PAIR);
  const [name, value] = memberOf(node);
  if (!value) return refuse(source, node, 'A $text joins texts and generators: write this in quotes.');
  if (name === '$text' || name === '$literal') return refuse(source, node, `A $text joins texts and generators, ${name} is none of them: write its parts here.`);
  const part = scalarOf(source, name, value);
  if (typeof part === 'string' || !('pick' in part)) return part;
  if (part.pick.some((json) => !/^["\-\dtf]/.test(json))) return refuse(source, value, 'Inside a $text a $pick has texts, numbers, true and false only.');
  if (part.pick.some((json) => json.startsWith('"') && !(JSON.parse(json) as string).isWellFormed())) return refuse(source, value, HALF_PAIR);
  return part;
}

function refuse({ path, problems }: Source, node: Node, message: string): '' {
  problems.add(() => [...path, ...getNodePath(node)], message);
  return '';
}
