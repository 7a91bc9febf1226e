// What the script takes from the environment. What is missing or wrong stops the test with one line.

export function stop(message) {
  process.stderr.write(`load test: ${message}\n`);
  process.exit(1);
}

const IS = {
  header: (text) => /^[ -~]+$/.test(text),
  json: (text) => isJson(`"${text}"`),
  number: (text) => /^[-0-9]/.test(text) && isJson(text),
  text: () => true,
};

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @returns {{ target: string, values: Record<string, string>, shard: [number, number] }} */
export function readEnvironment(baseUrl, variables) {
  const values = {};
  for (const { name, holds, kind } of variables) {
    const text = process.env[name];
    if (!text) stop(`the environment variable ${name} is not set: it holds ${holds}.`);
    if (!IS[kind](text)) stop(`the environment variable ${name} cannot be what it holds: ${holds}.`);
    values[name] = text;
  }
  const target = process.env.LOAD_TEST_TARGET || baseUrl;
  if (!URL.canParse(target) || !/^https?:/.test(target)) stop("LOAD_TEST_TARGET is not an http or https address.");
  const shard = /^(\d+)\/([1-9]\d*)$/.exec(process.env.LOAD_TEST_SHARD || "0/1");
  if (!shard || Number(shard[1]) >= Number(shard[2])) stop("LOAD_TEST_SHARD is not like 0/3.");
  return { target: target.replace(/\/+$/, ""), values, shard: [Number(shard[1]), Number(shard[2])] };
}
