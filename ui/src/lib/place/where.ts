/** Where a run is made: as it was typed, as it is started, and as an earlier run was. Pure. */
import type { Problem } from '../graphql/answer.ts';
import { text } from '../text/text.ts';
import { wholeOr } from '../plan/typed.ts';

/** One process of the server itself. */
export const HERE = 'local';

/** Each empty: as the place does it by default. */
export interface Asked {
  readonly shards: string;
  readonly region: string;
  readonly image: string;
}

/** As it was typed; what was typed for another place stays. */
export interface WhereFields {
  readonly place: string;
  readonly of: Readonly<Record<string, Asked>>;
}

/** Of a start. Null: one process of the server itself. */
export type Where = { readonly place: string; readonly cloud: { readonly shards?: number; readonly region?: string; readonly image?: string } } | null;

export const ON_THIS_SERVER: WhereFields = { place: HERE, of: {} };

const NOTHING_ASKED: Asked = { shards: '', region: '', image: '' };

export const askedOf = ({ place, of }: WhereFields): Asked => of[place] ?? NOTHING_ASKED;

export function toWhere(fields: WhereFields): Where {
  if (fields.place === HERE) return null;
  const { shards, region, image } = askedOf(fields);
  const number = wholeOr(shards);
  return { place: fields.place, cloud: { ...(number === undefined ? {} : { shards: number }), ...(region === '' ? {} : { region }), ...(image === '' ? {} : { image }) } };
}

export function fromWhere(where: Where): WhereFields {
  if (where === null) return ON_THIS_SERVER;
  const { shards, region = '', image = '' } = where.cloud;
  return { place: where.place, of: { [where.place]: { shards: shards === undefined ? '' : String(shards), region, image } } };
}

/** How many there can be the server says; here only what is no number of shards at all. */
export function problemsOfWhere(fields: WhereFields): Problem[] {
  const shards = toWhere(fields)?.cloud.shards;
  return shards === undefined || (Number.isInteger(shards) && shards >= 1 && shards < MORE_THAN_ANY) ? [] : [{ path: 'cloud.shards', message: text.place.noShards }];
}

const MORE_THAN_ANY = 1_000_000;

interface MadeRun {
  readonly place: string;
  readonly cloud: { readonly region: string | null; readonly image: string | null; readonly shards: number } | null;
}

/** As the run was made; one whose results were brought is made here. */
export function whereOfRun({ place, cloud }: MadeRun): Where {
  if (cloud === null) return null;
  const { shards, region, image } = cloud;
  return { place, cloud: { ...(shards > 0 ? { shards } : {}), ...(region === null ? {} : { region }), ...(image === null ? {} : { image }) } };
}

/** The newest first; left out: they were not asked for. */
export interface RunsOfTest {
  readonly runs?: { readonly edges: readonly { readonly node: MadeRun }[] };
}

/** Of a run whose results were brought nothing can be told about it. */
export function whereOfNewest({ runs }: RunsOfTest): Where {
  const made = runs?.edges.map(({ node }) => node).find(({ place }) => place !== 'imported');
  return made ? whereOfRun(made) : null;
}

/** As the browser kept it; null: it is nothing of the kind. */
export function keptWhere(kept: string): WhereFields | null {
  let read: unknown;
  try {
    read = JSON.parse(kept);
  } catch {
    return null;
  }
  if (!isRecord(read) || typeof read['place'] !== 'string') return null;
  const of = isRecord(read['of']) ? Object.entries(read['of']) : [];
  return { place: read['place'], of: Object.fromEntries(of.filter((entry): entry is [string, Record<string, unknown>] => isRecord(entry[1])).map(([place, asked]) => [place, laidOverNothing(asked)])) };
}

function laidOverNothing(asked: Record<string, unknown>): Asked {
  const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
  return { shards: textOf(asked['shards']), region: textOf(asked['region']), image: textOf(asked['image']) };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Its shards use the tools of the server's machine; elsewhere they have their own. */
export const usesToolsHere = (place: string): boolean => place === HERE || place === 'process';

/** Of a list what can be chosen: with what is asked for, though it may not be there any more. */
export const choicesOf = (choices: readonly string[], asked: string): readonly string[] => (asked === '' || choices.includes(asked) ? choices : [...choices, asked]);
