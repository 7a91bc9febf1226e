/** What a cloud says, as a sentence: in one line, with its full stop. */
export function whole(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
