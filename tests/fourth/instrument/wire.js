// One request over HTTP/1.1: nothing is repeated, redirects are not followed, the timeout covers all of it.
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import tls from "node:tls";
import { guarded } from "./addresses.js";

const HttpAgent = guarded(http.Agent);
const HttpsAgent = guarded(https.Agent);

/** Read when it is known to be one. */
const certificates = () => (process.env.LOAD_TEST_CA ? [...tls.rootCertificates, readFileSync(process.env.LOAD_TEST_CA, "utf8")] : undefined);

export function newAgent(target) {
  return target.startsWith("https:") ? new HttpsAgent({ keepAlive: true, ca: certificates(), rejectUnauthorized: true }) : new HttpAgent({ keepAlive: true });
}

/**
 * @returns {Promise<{ answer: { status: number, body: string } | { failure: [string, string] }, connectMs: number | null, cookies: string[] }>}
 *   connectMs: null on a connection that was open already
 */
export function send({ url, method, headers, body, agent, timeoutMs, abort }) {
  return new Promise((resolve) => {
    let connectMs = null;
    const sent = body === null ? null : Buffer.from(body, "utf8");
    const length = sent === null ? {} : { "content-length": sent.length };
    const request = (url.startsWith("https:") ? https : http).request(url, { method, headers: { ...headers, ...length }, agent });
    const timer = setTimeout(() => request.destroy(new TimedOut()), timeoutMs);
    const onAbort = () => request.destroy(new Error("cut"));
    abort.addEventListener("abort", onAbort);
    const done = (answer, cookies = []) => {
      clearTimeout(timer);
      abort.removeEventListener("abort", onAbort);
      resolve({ answer, connectMs, cookies });
    };
    request.once("socket", (socket) => {
      if (!socket.connecting) return;
      const from = performance.now();
      connectMs = 0;
      socket.once(url.startsWith("https:") ? "secureConnect" : "connect", () => {
        connectMs = performance.now() - from;
      });
    });
    request.once("error", (error) => done({ failure: failureOf(error) }));
    request.once("response", (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.once("error", (error) => done({ failure: failureOf(error) }));
      response.once("end", () => done({ status: response.statusCode, body: Buffer.concat(parts).toString("utf8") }, response.headers["set-cookie"]));
    });
    request.end(sent);
  });
}

class TimedOut extends Error {
  code = "TIMED_OUT";
}

function failureOf({ code = "", message }) {
  if (code === "TIMED_OUT") return ["timeout", ""];
  if (code === "ECONNREFUSED") return ["refused", ""];
  if (code === "ECONNRESET" || code === "EPIPE") return ["reset", ""];
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return ["dns", ""];
  if (/CERT|TLS|SSL|SIGNATURE/.test(code)) return ["tls", message.slice(0, 200)];
  return ["other", message.slice(0, 200)];
}
