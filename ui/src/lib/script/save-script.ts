/** Downloads the script of a run as it is stored, by a link that is valid for minutes: each download asks for a new one. */
import { saveFrom } from '../frame/save-file.ts';
import { ask } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import { text } from '../text/text.ts';
import { ScriptLink } from './operations.ts';

/** Why it is not downloaded; null: it is. */
export async function saveScriptOf(runId: string): Promise<string | null> {
  const answer = await ask(graphqlClient(), 'query', ScriptLink, { id: runId }, (data) => data.loadTestRun);
  const url = answer.ok?.script?.downloadUrl;
  if (!url) return answer.trouble?.message ?? text.script.noneOfRun;
  saveFrom(url, 'script.zip');
  return null;
}
