/** Whether a fleet could be launched: is the namespace there, and may this server do in it what it needs? Nothing is made for it. */
import type { V1PolicyRule } from '@kubernetes/client-node';
import type { Fleets } from '../cloud.ts';
import { unless } from '../problem.ts';
import type { Api } from './api.ts';
import { ROLE } from './problems.ts';

/** The least that this provider needs, in its one namespace: a Role, as it stands in the documentation. */
export const RULES: readonly (V1PolicyRule & { readonly apiGroups: string[]; readonly resources: string[] })[] = [
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'get', 'list', 'patch', 'delete'] },
  // Where it is asked for (OpenShift does): what a Job owns may keep it until it is gone.
  { apiGroups: ['batch'], resources: ['jobs/finalizers'], verbs: ['update'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'deletecollection'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  // Made, and never read: they go with their Job.
  { apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['create'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list'] },
];

const RIGHTS = RULES.flatMap(({ apiGroups: [group = ''], resources, verbs }) => resources.flatMap((of) => verbs.map((verb) => ({ group, of, verb }))));

export async function healthOf(api: Api): ReturnType<Fleets['health']> {
  const { namespace } = api;
  const [identity, missing] = await Promise.all([whoIs(api), missingRights(api)]);
  if (missing.length > 0) return { identity, problem: `${identity ?? 'This server'} may not ${missing.map(({ verb, of }) => `${verb} ${of}`).join(', ')} in namespace "${namespace}" of Kubernetes. ${ROLE}` };
  // Lists of what is in one that does not exist are empty: only what is made finds out.
  const made = await api.core.createNamespacedConfigMap({ namespace, dryRun: 'All', body: { metadata: { generateName: 'load-test-' } } }).catch(unless('404'));
  return { identity, problem: made ? null : `There is no namespace "${namespace}" on this Kubernetes: make it, or set LOAD_TESTING_KUBERNETES_NAMESPACE to one that is there.` };
}

/** null: it is not told, which hinders nothing. */
async function whoIs({ authentication }: Api): Promise<string | null> {
  const review = await authentication.createSelfSubjectReview({ body: {} }).catch(unless('403'));
  return review?.status?.userInfo?.username ?? null;
}

async function missingRights({ authorization, namespace }: Api): Promise<typeof RIGHTS> {
  const reviews = await Promise.all(RIGHTS.map(({ group, of, verb }) => {
    const [resource = '', subresource = ''] = of.split('/');
    return authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes: { namespace, group, resource, subresource, verb } } } });
  }));
  return RIGHTS.filter((_, i) => !reviews[i]?.status?.allowed);
}
