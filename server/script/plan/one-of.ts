/** A GraphQL @oneOf input, with the path of the member kept in errors. */
import { z } from 'zod';

/** Exactly one of the named members must be there. */
export function exactlyOne<S extends z.ZodRawShape>(shape: S) {
  const names = Object.keys(shape);
  return z.strictObject(shape).superRefine((value, ctx) => {
    const given = names.filter((name) => (value as Record<string, unknown>)[name] !== undefined);
    if (given.length !== 1) ctx.addIssue({ code: 'custom', message: `Give exactly one of ${names.join(', ')}.` });
  });
}
