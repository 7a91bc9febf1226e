/** Can a database hold this text, and is it short enough? PostgreSQL keeps no NUL and no half of a character pair. */
export const isStorable = (text: string, most: number): boolean => text.length <= most && !text.includes('\0') && text.isWellFormed();
