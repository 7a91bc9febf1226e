/** The workflows that the stand-in host brings along, as files beside this one. Their `demo` settings are for the demo target. */
import { readdirSync, readFileSync } from 'node:fs';
import { readWorkflow } from '../../server/workflow/read.ts';

export interface DemoWorkflow {
  readonly id: string;
  readonly text: string;
}

const FOLDER = new URL('./workflows/', import.meta.url);

/** In the order of their file names: `1-price-lookup.json` is `price-lookup`. */
export function demoWorkflows(): DemoWorkflow[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ id: file.replace(/^\d+-|\.json$/g, ''), text: readFileSync(new URL(file, FOLDER), 'utf8') }));
}

/** Those in the SDK's form, by the name under which the demo target's gateway has them registered. */
export function gatewayWorkflows(): Record<string, string> {
  return Object.fromEntries(demoWorkflows().filter(({ text }) => readWorkflow(text).workflow?.shape === 'sdk').map(({ id, text }) => [id, text]));
}
