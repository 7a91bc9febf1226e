// Artillery starts on an older Node too, but there a request cannot be seen from its start to its end: nothing would be measured.

/** The first that Artillery is made for. */
const LEAST = [22, 18];

/** @param {string} version as process.versions.node @returns {string | null} a sentence for the user; null: it will do */
export function nodeProblem(version) {
  const [major, minor] = version.split(".").map(Number);
  const isOld = major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]);
  return isOld
    ? `Artillery needs Node ${LEAST.join(".")} or newer here, and this is ${version}.`
    : null;
}
