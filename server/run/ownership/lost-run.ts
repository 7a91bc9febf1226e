/** This owner's lease is over: somebody else may have settled the run. */
export class LostRun extends Error {
  override readonly name = 'LostRun';

  constructor(message = 'Another server took this run over.') {
    super(message);
  }
}
