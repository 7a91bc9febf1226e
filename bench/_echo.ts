/**
 * A target that does nothing but answer, in a process of its own: what a tool reaches against it is the tool's own rate. Asked, it tells how many
 * requests it has answered so far.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const ANSWER = '{"success":true,"result":1}';
let answered = 0;

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    answered += 1;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
    response.end(ANSWER);
  });
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ answered }));
process.on('disconnect', () => process.exit());
