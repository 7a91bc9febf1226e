/** How the target knows who asks: names of environment variables, never their values. */
import { z } from 'zod';
import { headerName, OWN_HEADERS, path } from './address.ts';
import { exactlyOne } from './one-of.ts';
import { variable } from './variable.ts';

export const auth = exactlyOne({
  none: z.boolean().optional(),
  bearer: z.strictObject({ variable }).optional(),
  apiKey: z
    .strictObject({
      header: headerName.refine((name) => !OWN_HEADERS.includes(name.toLowerCase()), 'This header is set by the script itself.'),
      variable,
    })
    .optional(),
  login: z
    .strictObject({
      path,
      usernameVariable: variable,
      passwordVariable: variable,
      /** A member of the answer, or a JSON pointer into it. */
      tokenField: z.string().regex(/^(\/.{0,200}|[^/]{1,200})$/s, 'Name the member of the answer that holds the token, for example token, or give a JSON pointer, for example /data/token.'),
    })
    .optional(),
});
