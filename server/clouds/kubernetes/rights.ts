/** The least that this provider needs, in its one namespace: a Role, as it stands in the documentation. */
import type { V1PolicyRule } from '@kubernetes/client-node';

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
