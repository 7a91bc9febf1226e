// The literals of PLAN and FLOW in a script. No literal holds a raw line break, so none can hold a line that looks like its own end.
export function literalsOf(script) {
  const found = script.matchAll(/^(?:export )?const (PLAN|FLOW) = (\{\n[\s\S]*?^\}|\{.*\});$/gm);
  return Object.fromEntries([...found].map(([, name, literal]) => [name, literal]));
}
