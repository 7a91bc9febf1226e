import { oneLine } from './names.ts';

/** Why a file cannot be read, in a sentence for the user. It leaves a format through `orSentence` only. */
export class Unreadable extends Error {}

/** @param read gets a text without BOM that is not empty */
export function orSentence<T>(read: (text: string) => T): (text: string) => T | string {
  return (given) => {
    const text = given.startsWith('\ufeff') ? given.slice(1) : given;
    if (!/\S/.test(text)) return 'The file is empty.';
    try {
      return read(text);
    } catch (error) {
      if (error instanceof Unreadable) return oneLine(error.message);
      throw error;
    }
  };
}
