/** What AWS answers instead: the name of an exception, and its sentence. */
export class Refused extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export function require(holds: boolean, message: string, name = 'ClientException'): asserts holds {
  if (!holds) throw new Refused(name, message);
}
