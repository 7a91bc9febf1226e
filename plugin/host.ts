/**
 * What this plugin asks of a host. Studio's own backend is Python and publishes no plugin API: a Node host calls
 * `activate(host)`, any other runs this server beside itself behind its proxy. Everything here is the host's own data.
 */
import type { IncomingMessage } from 'node:http';

export interface Viewer {
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  /** `load-testing:read`, `load-testing:run`. */
  readonly permissions: readonly string[];
}

export interface HostWorkflow {
  readonly id: string;
  readonly name: string;
  /** JSON (or YAML) text, as the host keeps it. */
  readonly definition: string;
}

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Host {
  /** Who asks; null: nobody who may use the panel. Also called for WebSockets, with the token of `connection_init`. */
  identify(request: IncomingMessage, token: string | null): Promise<Viewer | null>;
  readonly workflows: {
    /** Those that the viewer may see. */
    list(viewer: Viewer): Promise<readonly HostWorkflow[]>;
    /** null: there is none of this id, or this viewer may not see it. Then they can neither preview it nor run a test of it. */
    get(viewer: Viewer, id: string): Promise<HostWorkflow | null>;
  };
  readonly secrets: {
    /** Value of an environment variable for a run; null: the host has none under this name. */
    get(viewer: Viewer, name: string): Promise<string | null>;
  };
  /** Base URL of the workflow server that belongs to the host; the form starts with it, and load may be sent there. */
  readonly target: { readonly baseUrl: string } | null;
  readonly log: Log;
}
