/** Whether a fleet could be launched: is the namespace there, and may this server do in it what it needs? Nothing is made for it. */
import { CloudProblem } from '../cloud.ts';
import type { OfPod } from './follow-log.ts';
import { KubernetesProblem } from './problems.ts';
import { RULES } from './rights.ts';

interface Right {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
}

const RIGHTS: readonly Right[] = RULES.flatMap(({ apiGroups: [group = ''], resources, verbs }) =>
  resources.flatMap((of) => {
    const [resource = '', subresource] = of.split('/');
    return verbs.map((verb) => ({ group, resource, ...(subresource === undefined ? {} : { subresource }), verb }));
  }),
);

export async function healthOf(of: OfPod): Promise<{ readonly identity: string | null; readonly problem: string | null }> {
  try {
    const [identity, missing] = await Promise.all([whoIs(of), missingRights(of)]);
    if (missing.length > 0) return { identity, problem: `${identity ?? 'This server'} may not ${missing.map(named).join(', ')} in namespace "${of.namespace}" of Kubernetes. The role that it needs stands in docs/clouds/kubernetes.md.` };
    return { identity, problem: (await hasNamespace(of)) ? null : `There is no namespace "${of.namespace}" on this Kubernetes: make it, or set LOAD_TESTING_KUBERNETES_NAMESPACE to one that is there.` };
  } catch (error) {
    if (error instanceof CloudProblem) return { identity: null, problem: error.message };
    if (of.signal.aborted) return { identity: null, problem: 'The API server of Kubernetes does not answer in time.' };
    throw error;
  }
}

/** null: it is not told, which hinders nothing. */
async function whoIs({ api, signal }: OfPod): Promise<string | null> {
  try {
    const { status } = await api.ask((options) => api.authentication.createSelfSubjectReview({ body: {} }, options), signal);
    return status?.userInfo?.username ?? null;
  } catch (error) {
    if (error instanceof KubernetesProblem && (error.code === 403 || error.code === 404)) return null;
    throw error;
  }
}

async function missingRights({ api, namespace, signal }: OfPod): Promise<readonly Right[]> {
  const may = await Promise.all(RIGHTS.map((right) => api.ask((options) => api.authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes: { namespace, ...right } } } }, options), signal)));
  return RIGHTS.filter((_, i) => !may[i]?.status?.allowed);
}

const named = ({ resource, subresource, verb }: Right): string => `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;

/** Lists of what is in one that does not exist are empty: only what is made finds out. */
async function hasNamespace({ api, namespace, signal }: OfPod): Promise<boolean> {
  try {
    await api.ask((options) => api.core.createNamespacedConfigMap({ namespace, dryRun: 'All', body: { metadata: { generateName: 'load-test-' } } }, options), signal);
    return true;
  } catch (error) {
    if (!(error instanceof KubernetesProblem) || error.code === null) throw error;
    return error.code !== 404;
  }
}
