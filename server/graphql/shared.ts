/**
 * Subscriptions of which many get the same: an event of a field that is the same for everybody is executed once for all who ask for
 * it in the same words, and not once for each of them.
 */
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  executeSubscriptionEvent,
  Kind,
  mapSourceToResponseEvent,
  type RootSelectionSetExecutor,
  type ValidatedSubscriptionArgs,
  validateSubscriptionArgs,
  visit,
} from 'graphql';

/** Stands among the `extensions` of a field below which nothing depends on who looks, nor on when: only on its event. */
export const SAME_FOR_ALL = { sameForAll: true };

/** Event -> words -> what was answered. An event that nobody holds any more takes its answers with it. */
const answers = new WeakMap<object, Map<string, ReturnType<RootSelectionSetExecutor>>>();

/** In the place of graphql's `subscribe`. */
export async function subscribeShared(args: ExecutionArgs): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const validated = validateSubscriptionArgs(args);
  if (!('schema' in validated)) return { errors: validated };
  const events = await createSourceEventStream(validated);
  if (!(Symbol.asyncIterator in events)) return events;
  return mapSourceToResponseEvent(validated, events, isSameForAll(validated) ? onceFor(wordsOf(args)) : executeSubscriptionEvent);
}

function isSameForAll({ schema, operation }: ValidatedSubscriptionArgs): boolean {
  const [root] = operation.selectionSet.selections;
  if (root?.kind !== Kind.FIELD) return false;
  return schema.getSubscriptionType()?.getFields()[root.name.value]?.extensions['sameForAll'] === true;
}

function onceFor(words: string): RootSelectionSetExecutor {
  return (args) => {
    const event = args.rootValue as object;
    const given = answers.get(event) ?? new Map<string, ReturnType<RootSelectionSetExecutor>>();
    answers.set(event, given);
    const answer = given.get(words) ?? executeSubscriptionEvent(args);
    given.set(words, answer);
    return answer;
  };
}

/** What an answer depends on besides its event. From where on somebody asks is not in it: the event holds what came of that. */
function wordsOf({ document, operationName, variableValues }: ExecutionArgs): string {
  const used = usedBelowRoot(document).map((name) => [name, variableValues?.[name]]);
  return JSON.stringify([document.loc?.source.body, operationName, used]);
}

function usedBelowRoot(document: DocumentNode): string[] {
  const roots = document.definitions.flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : []));
  const ofRoots = new Set(roots.flatMap((root) => (root.kind === Kind.FIELD ? (root.arguments ?? []) : [])));
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Argument: (argument) => (ofRoots.has(argument) ? false : undefined),
    Variable: ({ name }) => void names.add(name.value),
  });
  return [...names];
}
