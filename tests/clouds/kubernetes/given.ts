/** ConfigMaps and Secrets that a pod asks for. One that is not there (yet) keeps the pod waiting: the kubelet looks again and again. */
import { ApiException, type CoreV1Api } from '@kubernetes/client-node';

export type Given = Readonly<Record<string, Buffer>>;

export class NotThere extends Error {
  override readonly name = 'NotThere';
}

export async function configMap(core: CoreV1Api, namespace: string, name = ''): Promise<Given> {
  const { data = {}, binaryData = {} } = await found('configmap', name, core.readNamespacedConfigMap({ namespace, name }));
  return { ...bytes(data, 'utf8'), ...bytes(binaryData, 'base64') };
}

export async function secret(core: CoreV1Api, namespace: string, name = ''): Promise<Given> {
  const { data = {} } = await found('secret', name, core.readNamespacedSecret({ namespace, name }));
  return bytes(data, 'base64');
}

/** null: it may be missing, and it is; so is a key that may. */
export async function optional(ref: { readonly optional?: boolean; readonly key?: string } | undefined, given: Promise<Given>): Promise<Given | null> {
  try {
    const all = await given;
    if (ref?.key !== undefined && !(ref.key in all) && !ref.optional) throw new NotThere(`couldn't find key ${ref.key}`);
    return all;
  } catch (error) {
    if (error instanceof NotThere && ref?.optional) return null;
    throw error;
  }
}

async function found<T>(kind: string, name: string, read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) throw new NotThere(`${kind} "${name}" not found`);
    throw error;
  }
}

function bytes(data: Readonly<Record<string, string>>, encoding: 'utf8' | 'base64'): Given {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, encoding)]));
}
