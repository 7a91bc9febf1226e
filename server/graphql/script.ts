/** Scripts: generated on demand, nothing is kept. */
import type { ScriptVariable as Variable } from '../../templates/framework.ts';
import { linksTo } from '../run/links-to.ts';
import type { Run } from '../run/run.ts';
import { frameworkOf, generateScript, type Script as OfFramework } from '../script/generate.ts';
import { givenBaseline, givenPlan, givenWorkflow } from '../script/input.ts';
import { builder } from './builder.ts';
import { PlanInput } from './plan.ts';
import { Effects, FoundSecret, WorkflowInput } from './workflow.ts';

const ScriptFile = builder.objectRef<OfFramework['files'][number]>('ScriptFile').implement({
  fields: (t) => ({ path: t.exposeString('path'), text: t.exposeString('text'), mediaType: t.exposeString('mediaType') }),
});

const ScriptVariable = builder.objectRef<Variable>('ScriptVariable').implement({
  description: 'An environment variable without which the script does not start.',
  fields: (t) => ({ name: t.exposeString('name'), holds: t.exposeString('holds', { description: 'In words: "the bearer token".' }) }),
});

/** `of`: the run that it is stored with. */
export const Script = builder.objectRef<OfFramework & { readonly of?: Run }>('Script').implement({
  fields: (t) => ({
    framework: t.exposeString('framework'),
    files: t.field({ type: [ScriptFile], resolve: ({ files }) => [...files] }),
    entryFile: t.exposeString('entryFile'),
    command: t.exposeString('command', { description: 'How it is run by hand, in the folder of the files.' }),
    hash: t.exposeString('hash'),
    secrets: t.field({ type: [FoundSecret], description: 'What was cut out of the definition, and the variable that gives it back.', resolve: ({ secrets }) => [...secrets] }),
    variables: t.field({ type: [ScriptVariable], description: 'In the order in which it asks for them.', resolve: ({ variables }) => [...variables] }),
    effects: t.expose('effects', { type: Effects }),
    warnings: t.stringList({ resolve: ({ warnings }) => [...warnings] }),
    downloadUrl: t.string({
      nullable: true,
      complexity: 5,
      description: 'A zip of it, where it is stored (that of a run): relative; valid for minutes.',
      resolve: async ({ of }, _args, ctx) => (of ? (await linksTo(ctx, of, ['script.zip']))['script.zip'] : null),
    }),
  }),
});

const GenerateScriptInput = builder.inputType('GenerateScriptInput', {
  fields: (t) => ({
    framework: t.string({ required: true }),
    workflow: t.field({ type: WorkflowInput, required: true }),
    plan: t.field({ type: PlanInput, required: true }),
    compareWith: t.field({ type: WorkflowInput, description: 'As at the start of a run: iterations alternate this definition and `workflow`.' }),
  }),
});

builder.mutationFields((t) => ({
  generateScript: t.field({
    type: Script,
    args: { input: t.arg({ type: GenerateScriptInput, required: true }) },
    errors: { union: { name: 'GenerateScriptResult' } },
    async resolve(_root, { input }, ctx) {
      const framework = frameworkOf(ctx, input.framework);
      const plan = givenPlan(input.plan);
      const { workflow } = await givenWorkflow(ctx, input.workflow);
      return generateScript(framework, workflow, plan, ctx.customTemplates, await givenBaseline(ctx, input.compareWith)).script;
    },
  }),
}));
