// Where no request goes, whatever the name of the target leads to: link-local and metadata addresses. For Node. The same as addresses.py.
import dns from "node:dns";
import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";

const LIST = new URL("refused-addresses.json", import.meta.url);
const { detail, ranges } = JSON.parse(readFileSync(LIST, "utf8"));

/** Of the error of a request that was to go to one. */
export const REFUSED = "REFUSED_ADDRESS";

const refused = new BlockList();
for (const range of Object.keys(ranges)) {
  const [address, bits] = range.split("/");
  refused.addSubnet(address, Number(bits), familyOf(address));
}

function familyOf(address) {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

/** @param {string} host an address; a name is none, and not refused yet */
export function isRefused(host) {
  const [address] = host.split("%");
  return isIP(address) !== 0 && refused.check(address, familyOf(address));
}

const refusal = () => Object.assign(new Error(detail), { code: REFUSED });

/**
 * An agent whose connections go to no refused address. Not by Node's own option `blockList`: a connection with TLS passes it by.
 * @param {typeof import("node:http").Agent} Agent
 */
export function guarded(Agent) {
  return class extends Agent {
    createConnection(options, callback) {
      if (!isRefused(options.host))
        return super.createConnection({ ...options, lookup }, callback);
      process.nextTick(callback, refusal());
      return undefined;
    }
  };
}

/** As Node looks a name up, without what is refused: it is looked up anew for each connection, and may lead elsewhere by now. */
function lookup(name, options, callback) {
  dns.lookup(name, { ...options, all: true }, (error, found) => {
    if (error) return callback(error);
    const allowed = found.filter(({ address }) => !isRefused(address));
    if (allowed.length === 0) return callback(refusal());
    if (options.all) return callback(null, allowed);
    callback(null, allowed[0].address, allowed[0].family);
  });
}
