/** What settings of several clouds are made of. */
import { z } from 'zod';

const LEAD = 'must be a number of milliseconds from 1000 to 900000';
const PRICE = 'must be an amount in USD';

/** From an order to plan second 0: shards that are not there by then begin late. */
export const leadMs = z.coerce.number(LEAD).int(LEAD).min(1000, LEAD).max(900_000, LEAD);

/** Several, separated by commas, the first is the default. */
export const list = z.string().transform((text) => text.split(',').map((item) => item.trim()).filter((item) => item !== ''));

/** USD, where somebody pays another price than the table says. */
export const price = z.coerce.number(PRICE).min(0, PRICE).optional();

/** A JSON object: for each variable of scripts, what names the secret that holds its value. @param problem of all that is none */
export const secrets = <T>(reference: z.ZodType<T, string>, problem: string) => z.string().transform(parsed).pipe(z.record(z.string().regex(/^[A-Za-z_]\w*$/), reference, problem));

/** null: all of them are set. @param names that a place needs besides the one that sets it up */
export function incomplete<Settings extends object>(place: string, settings: Settings, names: readonly (keyof Settings & string)[]): string | null {
  const unset = names.filter((name) => settings[name] === undefined || (Array.isArray(settings[name]) && settings[name].length === 0));
  return unset.length === 0 ? null : `${place} is not set up completely: ${unset.join(', ')} must be set as well.`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
