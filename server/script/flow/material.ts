/** What the requests of a target are made of, in whatever API's words they are then put. */
import type { BodyPart, FlowValue, ScriptRequest, SuccessRule } from '../../../templates/framework.ts';
import type { Problem } from '../../workflow/problem.ts';
import type { Workflow } from '../../workflow/workflow.ts';
import type { TestPlan } from '../plan.ts';

export type Target = TestPlan['target'];

export interface Material {
  readonly workflow: Workflow;
  readonly target: Target;
  /** The text that is sent and the definition in it, with markers where its secrets were. */
  readonly text: string;
  readonly definition: string;
  /** The inputs of an iteration; null: the plan has none, and none came with the workflow. */
  readonly inputs: BodyPart | null;
  /** The inputs are those of the plan, not those that came with the workflow. */
  readonly ownInputs: boolean;
  /** The headers that each request of this target carries, besides its content type. */
  readonly headers: readonly Header[];
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

/** The requests of a flow, and the data files that their bodies name. */
export interface Requests {
  readonly setUp: readonly ScriptRequest[];
  readonly execute: ScriptRequest;
  readonly poll: ScriptRequest | null;
  readonly data: Readonly<Record<string, string>>;
}

export type MadeRequests = { readonly requests: Requests; readonly problems?: undefined } | { readonly requests?: undefined; readonly problems: readonly Problem[] };

export const DEFINITION = 'data/definition.json';
/** A definition that came wrapped goes out as it came. */
export const REQUEST = 'data/request.json';
export const INPUTS = 'data/inputs.json';

const CONTENT_TYPE: Header = { name: 'content-type', value: 'application/json' };

interface RequestOptions {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  /** null: none, and no content type. */
  readonly body: readonly BodyPart[] | null;
  readonly success: SuccessRule;
  readonly takes?: { readonly value: FlowValue; readonly pointer: string };
}

export function request({ headers }: Pick<Material, 'headers'>, { name, method, path, body, success, takes }: RequestOptions): ScriptRequest {
  const typed = headers.some((header) => header.name.toLowerCase() === 'content-type');
  return {
    name,
    method: method ?? (body === null ? 'GET' : 'POST'),
    path,
    headers: joined(body === null || typed ? headers : [CONTENT_TYPE, ...headers]),
    body,
    success,
    takes: takes ?? null,
  };
}

/** Each name once: equal ones are joined as HTTP joins them (RFC 9110, section 5.2). */
function joined(headers: readonly Header[]): Header[] {
  const byName = new Map<string, Header>();
  for (const { name, value } of headers) {
    const before = byName.get(name.toLowerCase());
    byName.set(name.toLowerCase(), before ? { name: before.name, value: `${before.value}, ${value}` } : { name, value });
  }
  return [...byName.values()];
}

/**
 * A path of the user's, as every client sends it. They differ in what they leave as it is, follow dots or not, and refuse a lone %: so it is
 * resolved as browsers do it, and what RFC 3986 has no place for goes out as an escape. Braces too: they would name a value of the flow.
 */
export function literalPath(path: string): string {
  const { pathname, search } = new URL(`http://target${path}`);
  return pathname.replace(/%(?![0-9a-f]{2})|[^\w.~!$&'()*+,;=:@[\]/%-]/gi, escaped) + search.replace(/%(?![0-9a-f]{2})|[^\w.~!$&()*+,;=:@/?%-]/gi, escaped);
}

const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
