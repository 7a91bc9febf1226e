import type { HandleClientError } from '@sveltejs/kit/hooks';
import { text } from '#lib/text/text.ts';

/** Parts of the panel come from the server when they are first needed: gone server, or one with a newer panel. */
const NOT_LOADED = /dynamically imported module|preload CSS|Importing a module script failed|Failed to fetch|NetworkError/i;

/** What has a sentence keeps it; what nobody foresaw gets one, and the rest goes to the console. */
export const handleError: HandleClientError = (caught) => {
  if (caught.kind === 'app') return;
  if (caught.kind === 'framework') return { message: text.error.noSuchPage };
  const unreachable = caught.error instanceof Error && NOT_LOADED.test(caught.error.message);
  // biome-ignore lint/suspicious/noConsole: a bug is loud where a developer looks, and a sentence where a user does
  if (!unreachable) console.error(caught.error);
  return { message: unreachable ? text.error.unreachable : text.error.panelFailed, unreachable };
};
