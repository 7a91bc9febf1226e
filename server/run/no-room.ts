/** Why the files of a run could not be written, where the system says so. Pure. */

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the share of the disk is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'the server may not write there',
  EPERM: 'the server may not write there',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  EIO: 'the disk does not work',
};

/** The end of a sentence; null: it was something else. */
export function whyNoRoom(error: unknown): string | null {
  const { code, syscall } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  // Errors of a database have codes too, and no call of the system.
  const why = syscall === undefined || code === undefined ? undefined : WHY[code];
  return why === undefined ? null : `${why}, so the files of the run could not be written (LOAD_TESTING_DATA_DIR).`;
}
