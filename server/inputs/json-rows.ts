/** JSON text -> rows: an array of objects, or one object on each line. A row is an unchanged slice of the text. */
import { isDeeperThan, whereJsonBreaks } from '../workflow/broken-json.ts';
import { elementSlices } from '../workflow/json-text.ts';
import { MAX_DEPTH } from '../workflow/bounds.ts';
import { numeral } from '../words/numeral.ts';
import { ProblemList } from './problem-list.ts';
import { MAX_ROWS, type ReadDataset, refusal, TOO_MANY_ROWS } from './rows.ts';

const TOO_DEEP = `The data set is nested deeper than ${MAX_DEPTH} levels; that cannot be read.`;
/** In valid JSON it can only be an object: within a string a quote has its backslash before it. */
const GENERATOR = /\{\s*"\$(uuid|counter|now|int|pick|text|literal)"\s*:/;

/** @param text not empty, without a BOM */
export function readJsonRows(text: string): ReadDataset {
  return text.trimStart().startsWith('[') ? ofArray(text) : ofLines(text);
}

function ofArray(text: string): ReadDataset {
  if (isDeeperThan(text, MAX_DEPTH)) return refusal(TOO_DEEP);
  let values: unknown[];
  try {
    values = JSON.parse(text) as unknown[];
  } catch {
    return refusal(`This is not valid JSON: ${whereJsonBreaks(text)}.`);
  }
  if (values.length === 0) return refusal('The array is empty: give at least one row, [{"n": 7}].');
  if (values.length > MAX_ROWS) return refusal(TOO_MANY_ROWS);
  const problems = new ProblemList();
  values.forEach((value, i) => {
    if (!isObject(value)) problems.add(() => [i], `Row ${i + 1} is ${kindOf(value)}: every row is one object, for example {"n": 7}.`);
  });
  if (problems.all.length > 0) return { problems: problems.all };
  // Outside of strings, which cannot hold one, a line break is only a space.
  const rows = elementSlices(text).map((slice) => slice.replace(/\r\n?|\n/g, ' '));
  return { rows, ...columnsOf(values as object[]), ...warningsOf(text, values as object[]) };
}

function ofLines(text: string): ReadDataset {
  const rows: string[] = [];
  const values: object[] = [];
  for (const [i, line] of text.split(/\r\n?|\n/).entries()) {
    const row = line.trim();
    if (row === '') continue;
    if (isDeeperThan(row, MAX_DEPTH)) return refusal(TOO_DEEP);
    const value = parsed(row);
    if (!isObject(value)) {
      const why = value === undefined ? whereJsonBreaks(line).replace(/^line 1, /, '') : `this is ${kindOf(value)}`;
      return refusal(`Line ${i + 1} is not a JSON object: ${why}. A JSON data set is an array of objects, [{"n": 7}, ...], or one object on each line.`);
    }
    if (rows.length === MAX_ROWS) return refusal(TOO_MANY_ROWS);
    rows.push(row);
    values.push(value);
  }
  return { rows, ...columnsOf(values), ...warningsOf(text, values) };
}

/** undefined: it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof value as 'string'] ?? 'no object';
}

function columnsOf(values: readonly object[]): { columns: string[] } {
  const columns = new Set<string>();
  for (const value of values) for (const name of Object.keys(value)) columns.add(name);
  return { columns: [...columns] };
}

function warningsOf(text: string, values: readonly object[]): { warnings: string[] } {
  const first = Object.keys(values[0] ?? {});
  const others = values.filter((value) => Object.keys(value).length !== first.length || !first.every((name) => Object.hasOwn(value, name))).length;
  return {
    warnings: [
      ...(others > 0 ? [`Not all rows have the same members: ${numeral(others)} of ${numeral(values.length)} differ from the first.`] : []),
      ...(GENERATOR.test(text) ? ['What looks like a generator is sent as it stands: generators work in fixed inputs, not in a data set.'] : []),
    ],
  };
}
