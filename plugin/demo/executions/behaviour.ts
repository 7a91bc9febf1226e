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
  /** 200, and the last node's output says `success: false`: nodes that only report. A sessions server makes `failed` of it. */
  'success_false',
  /** 200 with `status: "failed"`. */
  'status_failed',
  /** 200 in the shape of an answer from the cache. */
  'cached',
  /** 200 with a page instead of JSON. */
  'not_json',
  /** 200 with nothing. */
  'empty',
  /** 307 (or `status`) to `location`. */
  'redirect',
  /** No answer at all; the connection stays open. */
  'never',
  /** A space each 50 ms for `trickleMs`, default one minute, then the answer. */
  'trickle',
  /** The whole request is read, then the connection is reset instead of an answer. */
  'reset',
  /** The same, but only when an earlier request came over that connection: who repeats it in silence is counted twice. */
  'reset_warm',
  /** Half of the answer, then the connection is closed. */
  'half',
  /** Asynchronous executions only: it runs, but its id is forgotten at once: 404 while polling. */
  'lost',
  /** Asynchronous executions only: it never ends, and takes no thread. */
  'endless',
] as const;
export type Fault = (typeof FAULTS)[number];

const demo = z.strictObject({
  /** Median ms of an execution; without it the node types decide. */
  delayMs: z.number().min(0).max(3_600_000).optional(),
  /** Spread: sigma of a lognormal around the median; 0 (default, with `delayMs`): always the same. */
  jitter: z.number().min(0).max(3).optional(),
  /** A target that becomes slow in mid-run: execution number `from` of the definition (the first is 1), and all after it, take this `delayMs` instead. */
  slow: z.strictObject({ from: z.int().min(1), delayMs: z.number().min(0).max(3_600_000) }).optional(),
  fault: z.enum(FAULTS).optional(),
  /** The same as `fault: "lost"`. */
  lose: z.boolean().optional(),
  /** The fault hits each n-th execution of this definition; default 1, every one. */
  failEvery: z.int().min(1).optional(),
  /** The fault hits at random with this share (seeded), instead of `failEvery`. */
  failRatio: z.number().min(0).max(1).optional(),
  /** Asynchronous executions: which request a fault of the answer hits, the one that asks for the execution (default) or each poll. */
  at: z.enum(['execute', 'poll']).optional(),
  /** Alone the same as with `fault: "status"`. 2xx: the good answer with another status, 204 and 205 without a body. */
  status: z.int().min(200).max(599).optional(),
  /** Where a redirect leads; default `/moved`. */
  location: z.string().optional(),
  trickleMs: z.int().min(0).max(3_600_000).optional(),
  /** Characters that are added to the last node's output: a huge answer. */
  answerBytes: z.int().min(0).max(100_000_000).optional(),
  /** The answer comes in chunks, without a length. */
  chunked: z.boolean().optional(),
  /** How many executions of this definition run at once; the rest waits. A gateway's default is 4, Studio's and sessions' is no limit. */
  threads: z.int().min(1).max(10_000).optional(),
  /** Set a session cookie when the request brought none. */
  cookie: z.boolean().optional(),
});
export type Demo = z.infer<typeof demo>;

/** Throws a sentence for a wrong member (the request is then refused with 422): a test with a typing mistake must not pass. */
export function readDemo(value: unknown): Demo {
  if (value === undefined || value === null) return {};
  const result = demo.safeParse(value);
  if (result.success) return result.data;
  throw new BadDemo(result.error.issues.map((issue) => `demo.${issue.path.join('.')}: ${issue.message}`).join(' '));
}

export class BadDemo extends Error {}
