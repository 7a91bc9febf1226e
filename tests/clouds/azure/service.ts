/** Azure Container Instances of one resource group: what they refuse, what they make of an order, and what is left. */
import { Group, type GroupOptions, type Image } from './group.ts';
import { type GroupBody, Refused } from './wire.ts';

export interface ServiceOptions extends Pick<GroupOptions, 'folder' | 'stayed'> {
  readonly resourceGroup: string;
  readonly regions: readonly string[];
  /** By name; what is not here cannot be pulled. */
  readonly images: Readonly<Record<string, Image>>;
}

interface Operation {
  readonly id: string;
  readonly status: 'InProgress' | 'Succeeded' | 'Failed';
  readonly error?: { readonly code: string; readonly message: string };
}

export class Service {
  /** Cores that may be used at once. */
  room = Number.POSITIVE_INFINITY;
  /** Of groups that are asked for from now on. */
  fate: GroupOptions['fate'] = null;
  begins: Promise<unknown> = Promise.resolve();
  readonly groups = new Map<string, Group>();
  readonly #options: ServiceOptions;
  readonly #operations = new Map<string, Operation>();

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  make(id: string, name: string, body: GroupBody): { readonly group: Group; readonly operation: string } {
    this.#mind(name, body);
    const there = this.groups.get(name);
    // One that has ended would begin again.
    if (there?.isOver) throw new Refused(409, 'Unexpected', `${name} was asked for when it was over`);
    if (there) throw new Refused(409, 'ContainerGroupTransitioning', `The container group '${name}' is still transitioning, please retry later.`);
    const image = this.#options.images[body.properties.containers[0]?.properties.image ?? ''];
    if (!image) throw new Refused(400, 'InaccessibleImage', `The image '${body.properties.containers[0]?.properties.image}' in container group '${name}' is not accessible. Please check the image and registry credential.`);
    const used = [...this.groups.values()].filter(({ isOver }) => !isOver).reduce((sum, { cores }) => sum + cores, 0);
    if (used + 1 > this.room) throw new Refused(400, 'ContainerGroupQuotaReached', `Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota 'StandardCores' exceeded in region '${body.location}'. Limit: '${this.room}', Usage: '${used}' Requested: '1'.`);
    const group = new Group({ ...this.#options, id, body, image, fate: this.fate, begins: this.begins });
    this.groups.set(name, group);
    return { group, operation: this.#operation(group.provisioned) };
  }

  of(name: string): Group {
    const group = this.groups.get(name);
    if (!group) throw new Refused(404, 'ResourceNotFound', `The Resource 'Microsoft.ContainerInstance/containerGroups/${name}' under resource group '${this.#options.resourceGroup}' was not found.`);
    return group;
  }

  /** null: there is none. */
  remove(name: string): string | null {
    const group = this.groups.get(name);
    if (!group) return null;
    group.stop();
    return this.#operation(group.over.then(() => void this.groups.delete(name)));
  }

  log(name: string, tail: number | null): string {
    const { log, isRunning } = this.of(name);
    if (!isRunning && !log.isOver) throw new Refused(404, 'ContainerLogNotAvailable', `Log of container 'shard' in container group '${name}' is not available yet. Please check container 'InstanceView' for more information or retry later.`);
    return log.content(tail);
  }

  operation(id: string): Operation {
    const operation = this.#operations.get(id);
    if (!operation) throw new Refused(404, 'OperationNotFound', `The operation ${id} was not found.`);
    return operation;
  }

  async end(): Promise<void> {
    for (const group of this.groups.values()) group.stop();
    await Promise.all([...this.groups.values()].map(({ over }) => over));
  }

  #operation(over: Promise<void>): string {
    const id = crypto.randomUUID();
    this.#operations.set(id, { id, status: 'InProgress' });
    void over.then(() => this.#operations.set(id, { id, status: 'Succeeded' }), (error: Error) => this.#operations.set(id, { id, status: 'Failed', error: { code: 'InternalError', message: error.message } }));
    return id;
  }

  /** What the description of the API does not say, and the real one minds. */
  #mind(name: string, { location = '', tags = {}, properties }: GroupBody): void {
    const bad = (message: string) => new Refused(400, 'InvalidContainerGroup', message);
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) throw bad(`The container group name '${name}' is invalid.`);
    if (!this.#options.regions.includes(location)) throw new Refused(400, 'LocationNotAvailableForResourceType', `The provided location '${location}' is not available for resource type 'Microsoft.ContainerInstance/containerGroups'.`);
    for (const [tag, value] of Object.entries(tags)) if (/[<>%&\\?/]/.test(tag) || tag.length > 512 || value.length > 256) throw new Refused(400, 'InvalidTagNameCharacters', `The tag ${tag} is invalid.`);
    const volumes = new Set(properties.volumes?.map((volume) => volume.name));
    for (const { name: container, properties: { resources: { requests }, environmentVariables = [], volumeMounts = [] } } of properties.containers) {
      if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(container)) throw bad(`The container name '${container}' is invalid.`);
      if (requests.cpu > 4 || requests.memoryInGB > 16 || Math.abs(requests.memoryInGB * 10 - Math.round(requests.memoryInGB * 10)) > 1e-9) throw new Refused(400, 'ServiceUnavailable', `The requested resource is not available in the location '${location}' at this moment. Please retry with a different resource request or in another location. Resource requested: '${requests.cpu}' CPU '${requests.memoryInGB}' GB memory 'Linux' OS`);
      for (const { name: variable, value, secureValue } of environmentVariables) if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable) || (value === undefined) === (secureValue === undefined)) throw bad(`The environment variable '${variable}' is invalid.`);
      for (const mount of volumeMounts) if (!volumes.has(mount.name) || mount.mountPath.includes(':')) throw bad(`The volume mount '${mount.name}' is invalid.`);
    }
    for (const { secret = {} } of properties.volumes ?? []) for (const value of Object.values(secret)) if (Buffer.from(value, 'base64').toString('base64') !== value) throw bad('The secret volume is no base64.');
  }
}
