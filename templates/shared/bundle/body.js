// Bodies of requests, from their parts. The same as body.py; both are held to vectors/body.json.

/**
 * @param {object} flow FLOW of the script
 * @param {(path: string) => string} read the text of a data file
 * @param {Record<string, string>} variables values of the environment variables that the flow names
 * @returns {(request: object, values: Record<string, string>, inputs: string) => string | null}
 *   values: what earlier answers gave; inputs: JSON text of this iteration; null: the request has no body.
 *   A body in which nothing changes is made once, and is the same string each time.
 */
export function bodiesOf(flow, read, variables) {
  const files = new Map();
  const constant = new Map();

  /** With the secrets that were cut out of it put back. */
  function file(path) {
    if (!files.has(path)) {
      const secrets = flow.secrets.filter((secret) => secret.file === path);
      files.set(path, putBack(read(path), secrets, variables));
    }
    return files.get(path);
  }

  function text(part, values, inputs) {
    if ("file" in part) return file(part.file);
    if ("inputs" in part) return inputs;
    if ("value" in part) return JSON.stringify(values[part.value]);
    return "variable" in part
      ? JSON.stringify(variables[part.variable])
      : part.text;
  }

  function joined(parts, values, inputs) {
    // One alone may be megabytes, of which some tools would make a copy.
    if (parts.length === 1) return text(parts[0], values, inputs);
    return parts.map((part) => text(part, values, inputs)).join("");
  }

  return function bodyOf(request, values, inputs) {
    if (request.body === null) return null;
    if (request.body.some((part) => "inputs" in part || "value" in part))
      return joined(request.body, values, inputs);
    if (!constant.has(request))
      constant.set(request, joined(request.body, values, inputs));
    return constant.get(request);
  };
}

/** In one pass: a secret's own text may look like the marker of another. */
function putBack(text, secrets, variables) {
  if (secrets.length === 0) return text;
  const [{ marker, variable }, ...others] = secrets;
  return text
    .split(marker)
    .map((piece) => putBack(piece, others, variables))
    .join(variables[variable]);
}
