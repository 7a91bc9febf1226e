// Artillery makes its requests in a worker thread and ends in the main thread; these two talk here.
import { BroadcastChannel } from "node:worker_threads";

/**
 * Messages of the worker: {startedAt}, {lines}, {end}, {broke}. Of the main thread: {stop: cause}: `objective` lets what runs
 * come to its end, any other ends at once.
 * @returns {(message: object) => void} sends a message to the other thread
 */
export function openChannel(onMessage) {
  const channel = new BroadcastChannel("load-test");
  channel.onmessage = ({ data }) => onMessage(data);
  channel.unref();
  return (message) => channel.postMessage(message);
}
