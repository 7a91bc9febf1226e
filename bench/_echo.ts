/**
 * A target that does nothing but answer, in a process of its own: what a tool reaches against it is the tool's own rate. Told to begin, it
 * tells how many requests it answered in a while that begins some time after the first one, and when that begins: neither a tool's start nor its end is in it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Tools start their users, and compile what they run. */
const SKIPPED_MS = 1500;
const MEASURED_MS = 3000;
const ANSWER = '{"success":true,"result":1}';
/** Of the first request; null: it is still to come. */
let since: number | null = null;
let answered = 0;
let isTold = true;

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    count(performance.now());
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
    response.end(ANSWER);
  });
});

function count(now: number): void {
  since ??= now;
  const ms = now - since - SKIPPED_MS;
  if (isTold || ms < 0) return;
  if (ms < MEASURED_MS) {
    if (answered === 0) process.send?.('measuring');
    answered += 1;
  } else {
    isTold = true;
    process.send?.({ answered });
  }
}

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
  since = null;
  answered = 0;
  isTold = false;
});
process.on('disconnect', () => process.exit());
