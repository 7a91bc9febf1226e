/** What is made of something once, for as long as that is there: several measures ask for the same. */
export function once<Of extends object, Key, Made>(make: (of: Of, key: Key) => Made): (of: Of, key: Key) => Made {
  const made = new WeakMap<Of, Map<Key, { readonly value: Made }>>();
  return (of, key) => {
    const ofIt = made.get(of) ?? new Map<Key, { readonly value: Made }>();
    made.set(of, ofIt);
    const known = ofIt.get(key) ?? { value: make(of, key) };
    ofIt.set(key, known);
    return known.value;
  };
}
