/** Workflow and plan to what every script sends: the flow, its data files, the secrets that were cut out. Nothing is sent that is not needed. */
import type { ScriptFlow, ScriptRequest, ScriptSecret, ScriptVariable } from '../../../templates/framework.ts';
import { memberSlice } from '../../workflow/json-text.ts';
import type { Problem } from '../../workflow/problem.ts';
import { type FoundSecret, type SecretMarker, variablesIn } from '../../workflow/secrets.ts';
import type { Workflow } from '../../workflow/workflow.ts';
import type { ResolvedPlan } from '../resolve.ts';
import { accessOf } from './access.ts';
import { alternateOf, TWO_DEFINITIONS } from './alternate.ts';
import { custom } from './custom.ts';
import { type CutOut, cutOut } from './cut-out.ts';
import { gateway } from './gateway.ts';
import { type FlowInputs, inputsOf } from './inputs.ts';
import { type Header, literalPath, type MadeRequests, type Material, type Target } from './material.ts';
import { sessions } from './sessions.ts';
import { studio } from './studio.ts';

export interface MadeFlow {
  readonly flow: ScriptFlow;
  readonly data: Readonly<Record<string, string>>;
  readonly variables: readonly ScriptVariable[];
  readonly secrets: readonly FoundSecret[];
  /** Values of the secrets' variables, as they stand in the definition. For a run of ours only: never shown, never stored with the script. */
  readonly secretValues: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

export type FlowOf = { readonly made: MadeFlow; readonly problems?: undefined } | { readonly made?: undefined; readonly problems: readonly Problem[] };

const PRESETS: Readonly<Record<Target['preset'], (material: Material) => MadeRequests>> = { studio, gateway, sessions, custom };

/** @param baseline the definition that its iterations alternate with; null: there is none */
export function flowOf(workflow: Workflow, resolved: ResolvedPlan, generatorVersion: string, baseline: Workflow | null = null): FlowOf {
  const { target, checks = [], secrets: marks = [] } = resolved.plan;
  const access = accessOf(target.auth, { headers: ownHeaders(generatorVersion) });
  const cut = cutOut(workflow, baseline, marks, access.variables.map(({ name }) => name), textsBeside(workflow, resolved.plan));
  const { markers } = cut;
  const inputs = inputsOf(resolved, wrappedIn(workflow, cut.text));
  const materialOf = (one: Workflow, text: string, { part, own }: FlowInputs): Material => ({
    workflow: one,
    target,
    text,
    definition: one.definition === one.text ? text : (memberSlice(text, 'workflow_definition') ?? ''),
    inputs: part,
    ownInputs: own,
    headers: [...ownHeaders(generatorVersion), ...(target.headers ?? [])],
  });
  const material = materialOf(workflow, cut.text, inputs);
  const { requests, problems = [] } = PRESETS[target.preset](material);
  const all = [...cut.problems, ...inputs.problems, ...problems];
  if (!requests || all.length > 0) return { problems: all };

  const othersInputs = baseline && !inputs.own ? inputsOf(resolved, wrappedIn(baseline, cut.baselineText ?? '')) : inputs;
  const sent = { request: requests.execute, data: { ...requests.data, ...inputs.data } };
  const other = baseline && alternateOf(sent, () => PRESETS[target.preset](materialOf(baseline, cut.baselineText ?? '', othersInputs)), othersInputs.data);
  if (other?.problems) return { problems: other.problems };
  const execute = other?.execute ?? null;

  const data = usedIn([...requests.setUp, requests.execute, execute, requests.poll], { ...sent.data, ...other?.data });
  const secrets = secretsIn(data, markers);
  const cutOutOf = new Set(secrets.map(({ variable }) => variable));
  return {
    made: {
      flow: {
        baseUrl: addressOf(target.baseUrl),
        credential: access.credential,
        login: access.login,
        setUp: requests.setUp,
        execute: requests.execute,
        baseline: execute,
        poll: requests.poll,
        failOnSuccessFalse: target.failOnSuccessFalse ?? true,
        checks: checks.map(({ name, path, equals }) => ({ name, pointer: path, equals })),
        inputs: inputs.spec,
        secrets,
      },
      data,
      variables: [...access.variables, ...variablesOf(cut).filter(({ name }) => cutOutOf.has(name))],
      secrets: [...cut.found, ...cut.foundInBaseline.filter(({ variable }) => cut.found.every((known) => known.variable !== variable))],
      secretValues: Object.fromEntries(markers.map(({ variable, value }) => [variable, value])),
      warnings: [...inputs.warnings, ...pathWarnings(material), ...(other ? [TWO_DEFINITIONS] : []), ...(cut.complete ? [] : [NOT_ALL_CUT_OUT])],
    },
  };
}

/** The text of the inputs that came with a workflow. */
function wrappedIn({ wrappedInputs }: Workflow, text: string): string | null {
  return wrappedInputs === null ? null : memberSlice(text, 'inputs');
}

const NOT_ALL_CUT_OUT = 'The secrets of this definition are so long and so much alike that it was not looked through for all of their further places: one may still stand in the script.';

/** What looks like a marker in these is not ours: what the user gives besides the workflow, and what of the workflow is written anew. */
function textsBeside({ name, nodes, connections }: Workflow, { target, inputs }: ResolvedPlan['plan']): string[] {
  const anew = target.preset === 'sessions' ? JSON.stringify([name, nodes, connections]) : undefined;
  return [target.body, inputs?.fixed, inputs?.dataset?.text, anew].filter((text) => text !== undefined);
}

/** Files that no body names are not in the bundle: a gateway is not sent the definition. */
function usedIn(requests: readonly (ScriptRequest | null)[], data: Readonly<Record<string, string>>): Record<string, string> {
  const parts = requests.flatMap((request) => request?.body ?? []);
  const used = (file: string) => parts.some((part) => 'inputs' in part || ('file' in part && part.file === file));
  return Object.fromEntries(Object.entries(data).filter(([file]) => used(file)));
}

function secretsIn(data: Readonly<Record<string, string>>, markers: readonly SecretMarker[]): ScriptSecret[] {
  return Object.entries(data).flatMap(([file, text]) => {
    const variables = variablesIn(text, markers);
    return markers.filter(({ variable }) => variables.has(variable)).map(({ variable, marker }) => ({ variable, marker, file }));
  });
}

/** Each once: of the definition, and what only the baseline has. */
function variablesOf({ found, foundInBaseline }: CutOut): ScriptVariable[] {
  const all = [...found.map((secret) => ({ ...secret, where: 'the definition' })), ...foundInBaseline.map((secret) => ({ ...secret, where: "the baseline's definition" }))];
  const first = new Map(all.toReversed().map((secret) => [secret.variable, secret]));
  return all.filter((secret) => first.get(secret.variable) === secret).map(({ variable, path, kind, where }) => ({ name: variable, holds: `the value of ${shownPath(path)} in ${where}`, kind: kind === 'number' ? 'number' : 'json' }));
}

/** A pointer may be long, and a variable's purpose is one line. */
function shownPath(path: string): string {
  const text = path.replace(/[^ -~]/gu, '?');
  return text.length > 100 ? `...${text.slice(-97)}` : text;
}

function ownHeaders(generatorVersion: string): Header[] {
  return [
    { name: 'accept-encoding', value: 'identity' },
    { name: 'user-agent', value: `load-test/${generatorVersion}` },
  ];
}

/** A gateway is not sent the definition: it runs what it has, which may be another one. */
function pathWarnings({ target, workflow }: Material): string[] {
  if (target.preset !== 'gateway' || workflow.nodes.length === 0) return [];
  return [`The gateway runs what is registered there as ${JSON.stringify(target.workflowName ?? target.path)}; this definition is not sent.`];
}

/** As the allow-list of targets read it, so that no tool can read another host in it: `http://127.1` is `http://127.0.0.1`. */
function addressOf(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl);
  return `${origin}${literalPath(pathname)}`.replace(/\/+$/, '');
}
