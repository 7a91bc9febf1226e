/** The values that the script's template takes, in the order in which they are read there. */
import type { ScriptInput, ScriptRequest } from '../framework.ts';
import { jsLiteral } from '../shared/quote.ts';
import { joinedHeaders, planValues } from '../shared/values.ts';

export function scriptValues({ generatorVersion, workflowHash, workflowShape, planHash, plan, request }: ScriptInput, scriptHash: string) {
  // These stand in the header, a comment: nothing else may go there.
  for (const text of [generatorVersion, workflowHash, workflowShape, planHash]) if (!/^[\w.+-]+$/.test(text)) throw new Error('no version, hash or shape of a workflow');
  return {
    generatorVersion,
    workflowHash,
    workflowShape,
    planHash,
    plan: planValues(plan),
    request: requestValues(request),
    body: bodyExpression(request.body),
    made: { generatorVersion, workflowHash, planHash, scriptHash },
  };
}

function requestValues({ name, baseUrl, path, headers, success, bearerVariable }: ScriptRequest) {
  return {
    name,
    baseUrl,
    path,
    headers: joinedHeaders(headers),
    // The names that `outcomeOf` knows, the same in every language.
    success: { success: success.rule, failOnSuccessFalse: success.failOnSuccessFalse },
    bearerVariable,
  };
}

/**
 * A file alone is read as bytes. Parts are joined as text, which k6 keeps as it is (a BOM, U+2028) and sends as UTF-8: what it
 * reads are files in UTF-8, so nothing can be lost.
 */
function bodyExpression(parts: ScriptRequest['body']): string {
  const [first] = parts;
  if (parts.length === 1 && first && 'file' in first) return `open(${jsLiteral(`./${first.file}`)}, 'b')`;
  return parts.map((part) => ('file' in part ? `open(${jsLiteral(`./${part.file}`)})` : jsLiteral(part.text))).join(' + ') || "''";
}
