/** The beginning of a text that is longer than so many characters, and a dot dot dot. */
export function shorten(text: string, characters: number): string {
  if (text.length <= characters) return text;
  // Half a surrogate pair is no text.
  return `${text.slice(0, characters).replace(/[\ud800-\udbff]$/, '')}…`;
}
