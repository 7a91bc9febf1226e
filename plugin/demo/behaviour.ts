/**
 * What a definition may ask of the demo target, for demonstrations and tests: a member `demo` in the definition's
 * `metadata`, in a node's parameters, or in the inputs of one execution (the last one wins).
 */
import { z } from 'zod';

export const FAULTS = [
  /** An HTTP status of its own: `status`, default 500. */
  'status',
  /** 200, and the last node's output says `failed: true`. */
  'node_failed',
  /** 200, and the last node's output says `success: false`: nodes that only report. */
  'success_false',
  /** 200 with `status: "failed"`. */
  'status_failed',
  /** 200 in the shape of an answer from the cache. */
  'cached',
  /** 200 with a page instead of JSON. */
  'not_json',
  /** 200 with nothing. */
  'empty',
  /** 307 to `/moved`. */
  'redirect',
  /** No answer at all; the connection stays open. */
  'never',
  /** A space each 50 ms for `trickleMs`, default one minute, then the answer. */
  'trickle',
  /** The connection is reset instead of an answer. */
  'reset',
  /** Half of the answer, then the connection is closed. */
  'half',
] as const;
export type Fault = (typeof FAULTS)[number];

const demo = z.strictObject({
  /** Median ms of an execution; without it the node types decide. */
  delayMs: z.number().min(0).max(3_600_000).optional(),
  /** Spread: sigma of a lognormal around the median; 0 (default, with `delayMs`): always the same. */
  jitter: z.number().min(0).max(3).optional(),
  fault: z.enum(FAULTS).optional(),
  /** The fault hits each n-th execution of this definition; default 1, every one. */
  failEvery: z.int().min(1).optional(),
  /** The fault hits at random with this share (seeded), instead of `failEvery`. */
  failRatio: z.number().min(0).max(1).optional(),
  status: z.int().min(200).max(599).optional(),
  trickleMs: z.int().min(0).max(3_600_000).optional(),
  /** How many executions of this definition run at once; the rest waits. A gateway's default is 4, Studio's is no limit. */
  threads: z.int().min(1).max(10_000).optional(),
  /** Set a session cookie when the request brought none. */
  cookie: z.boolean().optional(),
});
export type Demo = z.infer<typeof demo>;

/** Throws a sentence for a wrong member: a test with a typing mistake must not pass. */
export function readDemo(value: unknown): Demo {
  if (value === undefined || value === null) return {};
  const result = demo.safeParse(value);
  if (result.success) return result.data;
  throw new BadDemo(result.error.issues.map((issue) => `demo.${issue.path.join('.')}: ${issue.message}`).join(' '));
}

export class BadDemo extends Error {}
