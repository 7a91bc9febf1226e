/** The volumes of a pod as folders of this machine, and where its first container wants them. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CoreV1Api, V1Container, V1KeyToPath, V1Pod, V1Volume } from '@kubernetes/client-node';
import type { Mount } from './container.ts';
import { configMap, type Given, NotThere, optional, secret } from './given.ts';

/** @param folder of the pod; nothing in it outlives the pod */
export async function mountsOf(core: CoreV1Api, pod: V1Pod, container: V1Container, folder: string): Promise<Mount[]> {
  const volumes = new Map<string, { source: string; readOnly: boolean }>();
  for (const volume of pod.spec?.volumes ?? []) {
    if (isToken(volume)) continue;
    const source = path.join(folder, 'volumes', volume.name);
    await mkdir(source, { recursive: true });
    volumes.set(volume.name, { source, readOnly: await filled(core, pod.metadata?.namespace ?? '', volume, source) });
  }
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath, subPath = '', readOnly = false }) => {
    const volume = volumes.get(name);
    return volume ? [{ source: path.join(volume.source, subPath), path: mountPath, readOnly: readOnly || volume.readOnly }] : [];
  });
}

/** What the API server adds for programs that ask it something: none here does. */
function isToken({ projected }: V1Volume): boolean {
  return projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken) ?? false;
}

/** @returns it can only be read */
async function filled(core: CoreV1Api, namespace: string, volume: V1Volume, folder: string): Promise<boolean> {
  if (volume.emptyDir) {
    await chmod(folder, 0o777);
    return false;
  }
  const from = volume.configMap ?? volume.secret;
  if (!from) throw new Error(`this node has no volumes of the kind of ${volume.name}`);
  const given = volume.secret ? secret(core, namespace, volume.secret.secretName) : configMap(core, namespace, volume.configMap?.name);
  const there = await optional(from, given);
  if (there) await write(there, folder, from.items, from.defaultMode);
  return true;
}

async function write(given: Given, folder: string, items: readonly V1KeyToPath[] | undefined, defaultMode = 0o644): Promise<void> {
  const files = items ?? Object.keys(given).map((key) => ({ key, path: key, mode: undefined }));
  for (const { key, path: name, mode = defaultMode } of files) {
    const bytes = given[key];
    if (!bytes) throw new NotThere(`references non-existent key: ${key}`);
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
    await chmod(file, mode); // whatever the umask is
  }
}
