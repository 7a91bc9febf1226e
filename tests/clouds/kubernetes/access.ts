/** Somebody who may do in one namespace what a provider needs, and nothing else. */
import { CoreV1Api, KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from '@kubernetes/client-node';
import { RULES } from '../../../server/clouds/kubernetes/health.ts';
import { type Cluster, kubeconfigFor } from './cluster.ts';

/** @param rules default: the provider's own. @returns a kubeconfig with the token of a ServiceAccount that has them in this namespace, which is its default one */
export async function limitedAccess(cluster: Cluster, namespace: string, rules: readonly V1PolicyRule[] = RULES): Promise<string> {
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
