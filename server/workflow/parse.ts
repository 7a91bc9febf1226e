/** Text to a value, JSON or YAML, within limits that keep a bad text from hurting. */
import { MAX_BYTES, MAX_DEPTH } from './bounds.ts';
import { isDeeperThan, whereJsonBreaks } from './broken-json.ts';
import { halfCharacterPlace } from './place.ts';
import { readPythonYaml } from './python-yaml.ts';
import { shown } from './shown.ts';

export { MAX_BYTES, MAX_DEPTH } from './bounds.ts';

const MEGABYTE = 1024 * 1024;
/** Reading YAML takes half a second for each megabyte, and nothing else happens meanwhile. */
export const MAX_YAML_BYTES = 2 * MEGABYTE;

export type Parsed =
  | { readonly value: unknown; readonly format: 'json' | 'yaml'; readonly refused?: undefined }
  | { readonly value?: undefined; readonly format?: undefined; readonly refused: string };

/** @param text without a BOM */
export function parseText(text: string): Parsed {
  const bytes = Buffer.byteLength(text);
  if (text.trim() === '') return { refused: 'The text is empty: give the JSON of a workflow definition.' };
  if (bytes > MAX_BYTES) return { refused: `The definition has ${(bytes / MEGABYTE).toFixed(1)} MB; at most 10 MB can be read.` };
  const half = halfCharacterPlace(text);
  if (half !== null) return { refused: `${half}: half of a character pair (a lone surrogate) cannot be sent as UTF-8; write it as an escape, or take it out.` };
  const json = /^\s*[{["]/.test(text);
  if (json && isDeeperThan(text, MAX_DEPTH)) return { refused: tooDeep };
  try {
    return { value: JSON.parse(text), format: 'json' };
  } catch {
    return json ? { refused: `This is not valid JSON. ${capital(whereJsonBreaks(text))}.` } : yaml(text, bytes);
  }
}

const tooDeep = `The definition is nested deeper than ${MAX_DEPTH} levels; that cannot be read.`;

function yaml(text: string, bytes: number): Parsed {
  if (bytes > MAX_YAML_BYTES) return { refused: `This is not JSON, and YAML is read up to ${MAX_YAML_BYTES / MEGABYTE} MB only: give the JSON of the same workflow.` };
  try {
    const value = readPythonYaml(text);
    if (typeof value !== 'object' || value === null) return { refused: 'This is not a workflow definition: it is neither a JSON object nor the YAML of one.' };
    return nestedDeeper(value, MAX_DEPTH) ? { refused: tooDeep } : { value, format: 'yaml' };
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'RESOURCE_EXHAUSTION' || error instanceof RangeError) return { refused: tooDeep };
    const [reason = ''] = (error as Error).message.split('\n');
    return { refused: `This is neither JSON nor valid YAML. YAML: ${shown(reason).replace(/[:.]$/, '')}.` };
  }
}

/** Stops at the limit, so that an alias to its own parent does not go on for ever. */
function nestedDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((member) => nestedDeeper(member, most - 1));
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
