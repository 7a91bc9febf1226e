/** Bodies as they are on the wire. */
export interface GroupBody {
  readonly id?: string;
  readonly name?: string;
  readonly type?: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties: {
    readonly provisioningState?: string;
    readonly containers: readonly ContainerBody[];
    readonly volumes?: readonly { readonly name: string; readonly secret?: Readonly<Record<string, string>> }[];
    readonly imageRegistryCredentials?: readonly { readonly server: string; readonly identity?: string }[];
    readonly subnetIds?: readonly { readonly id: string }[];
    readonly instanceView?: object;
  };
}

export interface ContainerBody {
  readonly name: string;
  readonly properties: {
    readonly image: string;
    readonly resources: { readonly requests: { readonly cpu: number; readonly memoryInGB: number } };
    readonly environmentVariables?: readonly { readonly name: string; readonly value?: string; readonly secureValue?: string }[];
    readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
    readonly instanceView?: object;
  };
}

/** What Azure answers instead. */
export class Refused extends Error {
  readonly http: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(http: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.http = http;
    this.code = code;
    this.headers = headers;
  }
}
