/** What is taken of the bundles' own files, which are plain JavaScript. */
declare module '*/instrument/failure.js' {
  export function failureOf(code: number, message: string): [outcome: import('../../../server/samples/sample.ts').Outcome, detail: string];
}

declare module '*/bundle/outcome.js' {
  type Rule = { readonly success: import('../../framework.ts').SuccessRule; readonly failOnSuccessFalse: boolean };
  export function outcomeOf(rule: Rule, status: number, body: string): { readonly outcome: import('../../../server/samples/sample.ts').Outcome; readonly detail: string };
  export function start(text: string): string;
}
