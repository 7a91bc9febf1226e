// Artillery puts values in the place of {{ }} wherever it meets them, after all hooks: in header values and addresses, too.
// There is no way to escape that. These make text that it leaves alone.

/** Headers whose values are sent as they are: Artillery passes by every value that is not a plain string. */
export function literalHeaders(headers) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value.includes("{{") ? new String(value) : value,
    ]),
  );
}

/** An address in which braces are written as URLs write them. */
export function literalAddress(address) {
  return address.replaceAll("{", "%7B").replaceAll("}", "%7D");
}
