// Connections as they are measured here: HTTP/1.1, certificates verified, no proxy, one connection per virtual user, none to a refused address.
import http from "node:http";
import https from "node:https";
import tls from "node:tls";
import { guarded } from "./addresses.js";

// Artillery makes agents for the proxies that these name, and dies of one that is no address.
delete process.env.HTTP_PROXY;
delete process.env.HTTPS_PROXY;

const HttpAgent = guarded(http.Agent);
const HttpsAgent = guarded(https.Agent);

/** Servers close a connection that was idle for 5 s; one that is older than this is not used again. */
const IDLE_MS = 4000;

/**
 * Gives a virtual user a connection of its own, in place of the one that it has.
 * @param {object} context Artillery's context of the virtual user
 */
export function connect(context, secureContext) {
  disconnect(context);
  const options = { keepAlive: true, maxSockets: 1, timeout: IDLE_MS };
  context._httpAgent = new HttpAgent(options);
  context._httpsAgent = new HttpsAgent({
    ...options,
    maxCachedSessions: 0,
    rejectUnauthorized: true,
    secureContext,
  });
}

export function disconnect(context) {
  context._httpAgent.destroy();
  context._httpsAgent.destroy();
}

/** @param {string | null} certificates PEM text that is trusted besides the authorities that Node knows; null: only those */
export function trust(certificates) {
  return certificates === null
    ? undefined
    : tls.createSecureContext({
        ca: [...tls.getCACertificates("default"), certificates],
      });
}
