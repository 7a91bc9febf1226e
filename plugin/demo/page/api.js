/** What the page was given, and its way to the host. */
import { $ } from './dom.js';

export const settings = JSON.parse($('settings').textContent);

/** Throws a sentence for a user. */
export async function ask(method, path, body) {
  const answer = await fetch(`/host/workflows${path}`, { method, ...(body === undefined ? {} : { body, headers: { 'content-type': 'text/plain; charset=utf-8' } }) }).catch(() => {
    throw new Error('the server does not answer.');
  });
  if (answer.status === 204) return null;
  const value = await answer.json().catch(() => null);
  if (!answer.ok || value === null) throw new Error(value?.message ?? `the server answered ${answer.status}.`);
  return value;
}
