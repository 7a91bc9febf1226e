/** The text of a file that the user chose. */

/** A browser edits a text of this size without delay; of a larger one no field is shown. */
export const MOST_EDITED = 200_000;

export type FileText = { readonly text: string; readonly refused?: undefined } | { readonly text?: undefined; readonly refused: 'too_large' | 'not_utf8' };

/** Above what a data set may have, so that the reader's own sentence is the one that is seen as a rule. */
const MOST_BYTES = 12 * 1024 * 1024;

export async function textOfFile(file: Blob): Promise<FileText> {
  if (file.size > MOST_BYTES) return { refused: 'too_large' };
  try {
    // A file in another encoding would come out with wrong letters, and nobody would notice. A byte order mark is dropped.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()) };
  } catch {
    return { refused: 'not_utf8' };
  }
}
