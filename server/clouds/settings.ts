/** What settings of several clouds are made of. */
import { z } from 'zod';

const LEAD = 'must be a number of milliseconds from 1000 to 900000';

/** From an order to plan second 0: shards that are not there by then begin late. */
export const leadMs = z.coerce.number(LEAD).int(LEAD).min(1000, LEAD).max(900_000, LEAD);

/** Several, separated by commas, the first is the default. */
export const list = z.string().transform((text) => text.split(',').map((item) => item.trim()).filter((item) => item !== ''));
