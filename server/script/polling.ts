/** How an asynchronous execution is asked for, unless the plan says something else. Here alone, for a page that has no use for the schema. */
export const USUAL_INTERVAL_MS = 250;
export const USUAL_DEADLINE_MS = 60_000;
