/** What a pod gives its first container by variables: as the kubelet makes them, from texts, fields, ConfigMaps and Secrets. */
import type { CoreV1Api, V1Container, V1EnvVar, V1Pod } from '@kubernetes/client-node';
import { configMap, optional, secret } from './given.ts';

export interface Command {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export async function commandOf(core: CoreV1Api, pod: V1Pod, container: V1Container, entrypoint: readonly string[]): Promise<Command> {
  const namespace = pod.metadata?.namespace ?? '';
  const env: Record<string, string> = {};
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const all = configMapRef ? await optional(configMapRef, configMap(core, namespace, configMapRef.name)) : await optional(secretRef, secret(core, namespace, secretRef?.name));
    for (const [key, value] of Object.entries(all ?? {})) env[prefix + key] = value.toString();
  }
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom ? await valueFrom(core, pod, variable) : expanded(variable.value ?? '', env);
    if (value !== null) env[variable.name] = value;
  }
  const given = [...(container.command ?? entrypoint), ...(container.args ?? [])];
  return { command: given.map((argument) => expanded(argument, env)), env };
}

/** null: it may be missing, and it is. */
async function valueFrom(core: CoreV1Api, pod: V1Pod, { name, valueFrom: from }: V1EnvVar): Promise<string | null> {
  const namespace = pod.metadata?.namespace ?? '';
  const [ref, all] = from?.secretKeyRef ? [from.secretKeyRef, secret(core, namespace, from.secretKeyRef.name)] : from?.configMapKeyRef ? [from.configMapKeyRef, configMap(core, namespace, from.configMapKeyRef.name)] : [null, null];
  if (ref) return (await optional(ref, all))?.[ref.key]?.toString() ?? null;
  const field = from?.fieldRef ? fieldOf(pod, from.fieldRef.fieldPath) : undefined;
  if (field === undefined) throw new Error(`this node cannot tell where ${name} comes from`);
  return field;
}

/** undefined: a field that this node does not know. */
function fieldOf({ metadata, spec, status }: V1Pod, fieldPath: string): string | undefined {
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath) ?? [];
  if (map) return metadata?.[map as 'labels' | 'annotations']?.[key] ?? '';
  const fields: Record<string, string | undefined> = { 'metadata.name': metadata?.name, 'metadata.namespace': metadata?.namespace, 'metadata.uid': metadata?.uid, 'spec.nodeName': spec?.nodeName, 'status.podIP': status?.podIP ?? '127.0.0.1', 'status.hostIP': '127.0.0.1' };
  return fields[fieldPath];
}

/** `$(NAME)` is the variable, `$$(NAME)` is that text, and what no variable has stays. */
function expanded(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^()\s]+)\)/g, (all, name?: string) => (name === undefined ? '$' : (env[name] ?? all)));
}
