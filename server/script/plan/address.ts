/** Base URL and headers of a target. */
import { z } from 'zod';

/** ASCII: other letters go out as Latin-1 from one tool and as UTF-8 from another. */
export const headerValue = z.string().max(4096, 'At most 4096 characters.').regex(/^[ -~]*$/, 'A header value holds printable ASCII characters only.');
export const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'That is not a header name.')
  // Every language has a way to lose this one.
  .refine((name) => name !== '__proto__', 'That is not a header name that can be sent.');
/** Set by the product, the same in all three frameworks; a user's value would make them differ. */
export const OWN_HEADERS = ['content-length', 'content-type', 'host', 'connection', 'transfer-encoding', 'accept-encoding', 'user-agent', 'idempotency-key', 'x-idempotency-key', 'cookie'];

export const baseUrl = z.string().max(2000).superRefine((text, ctx) => {
  const refuse = (message: string) => ctx.addIssue({ code: 'custom', message });
  const url = URL.parse(text);
  if (!text.includes('://')) return refuse('Begin the address with http:// or https://, for example http://127.0.0.1:8000.');
  if (!url) return refuse('Give the address of the target, for example http://127.0.0.1:8000.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refuse('Only http and https addresses can be tested.');
  if (url.username || url.password) return refuse('Leave user and password out of the address: credentials come from environment variables.');
  if (url.search || url.hash) refuse('Leave the query and the fragment out of the address.');
  // Readers of addresses differ on these: one could see another host in them than the one that was allowed.
  else if (!/^https?:\/\/[^\s/?#@\\]+(\/[^\s?#@\\]*)?$/i.test(text)) refuse('Write the address without spaces, backslashes and @, for example http://127.0.0.1:8000/app.');
});

export const path = z.string().max(2000).regex(/^\/[!-~]*$/, 'A path starts with / and holds no spaces.');
