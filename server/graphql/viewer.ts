/** Who asks, and what the operator allows. */
import type { Context, Limits as AllLimits } from '../context.ts';
import type { Viewer as HostViewer } from '../../plugin/host.ts';
import { builder } from './builder.ts';

const Viewer = builder.objectRef<HostViewer>('Viewer').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    organizationId: t.exposeID('organizationId'),
    permissions: t.stringList({ resolve: (viewer) => [...viewer.permissions] }),
  }),
});

const Limits = builder.objectRef<AllLimits>('Limits').implement({
  fields: (t) => ({
    maxUsers: t.exposeInt('maxUsers'),
    maxRatePerSecond: t.exposeFloat('maxRatePerSecond'),
    maxDurationMs: t.exposeInt('maxDurationMs'),
    concurrentRuns: t.exposeInt('concurrentRuns'),
    concurrentRunsPerOrganization: t.exposeInt('concurrentRunsPerOrganization'),
    maxMemoryBytes: t.exposeFloat('maxMemoryBytes', { description: 'Of all processes of a run together.' }),
    maxOutputBytes: t.exposeFloat('maxOutputBytes', { description: 'Of what a tool prints.' }),
    maxFolderBytes: t.exposeFloat('maxFolderBytes', { description: 'Of the files of a run.' }),
    maxImportBytes: t.exposeFloat('maxImportBytes', { description: 'Of a file of results, as it is brought.' }),
    stopGraceMs: t.int({ description: 'A tool that is asked to end is given so long before it is ended.', resolve: (_limits, _args, { runner }) => runner.stopGraceMs }),
    allowedTargets: t.stringList({ description: 'Besides this machine.', resolve: (_limits, _args, ctx) => allowedTargets(ctx) }),
  }),
});

function allowedTargets({ host, limits }: Context): string[] {
  return [...(host.target ? [new URL(host.target.baseUrl).origin] : []), ...limits.allowedTargets];
}

builder.queryFields((t) => ({
  viewer: t.field({ type: Viewer, description: 'Who asks, whatever they may do.', skipTypeScopes: true, resolve: (_root, _args, { viewer }) => viewer }),
  limits: t.field({ type: Limits, resolve: (_root, _args, { limits }) => limits }),
}));
