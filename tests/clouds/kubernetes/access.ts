/** Somebody who may do in one namespace what a provider needs, and nothing else. */
import { CoreV1Api, KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from '@kubernetes/client-node';
import { type Cluster, kubeconfigFor } from './cluster.ts';

/** What the provider asks for: Jobs with their files and secrets made, watched and deleted; pods and their logs read, and why they do not start. */
export const LEAST_RULES: readonly V1PolicyRule[] = [
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'get', 'list', 'watch', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['create', 'delete'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list'] },
];

/** @returns a kubeconfig with the token of a ServiceAccount that has these rules in this namespace, which is its default one */
export async function limitedAccess(cluster: Cluster, namespace: string, rules: readonly V1PolicyRule[] = LEAST_RULES): Promise<string> {
  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  const [core, rbac] = [config.makeApiClient(CoreV1Api), config.makeApiClient(RbacAuthorizationV1Api)];
  const metadata = { name: 'load-testing' };
  await core.createNamespacedServiceAccount({ namespace, body: { metadata } });
  await rbac.createNamespacedRole({ namespace, body: { metadata, rules: [...rules] } });
  const subjects = [{ kind: 'ServiceAccount', namespace, ...metadata }];
  await rbac.createNamespacedRoleBinding({ namespace, body: { metadata, subjects, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', ...metadata } } });
  const { status } = await core.createNamespacedServiceAccountToken({ ...metadata, namespace, body: { spec: { audiences: [], expirationSeconds: 3600 } } });
  return kubeconfigFor({ server: config.getCurrentCluster()?.server ?? '', certificate: cluster.tls.cert, token: status?.token ?? '', namespace });
}
