/** What a plan itself says is sent as it says it, and stands so in the script. Sentences for what looks like a credential there. */
import { recognisedIn } from '../workflow/secrets.ts';
import { shown } from '../workflow/shown.ts';
import type { TestPlan } from './plan.ts';

export function credentialsInClear({ target, inputs }: Pick<TestPlan, 'target' | 'inputs'>): string[] {
  const places = [
    ...(target.headers ?? []).map(({ name, value }) => [`The header ${name} holds`, value] as const),
    ['The body holds', target.body] as const,
    ['The fixed inputs hold', inputs?.fixed] as const,
  ];
  return places.flatMap(([holds, text]) => {
    const place = text === undefined ? null : recognisedIn(text);
    return place === null ? [] : [`${holds} what looks like a credential${place === '' ? '' : `, at ${shown(place, MOST)}`}. It is sent as it is and stands in the script in clear: whoever has the script has it.`];
  });
}

/** Characters of a pointer. */
const MOST = 100;
