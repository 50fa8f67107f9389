/**
 * What a model sees at once: MiniLM's 256 tokens are about a thousand characters of English. Longer texts are cut at
 * white space, so that their tails count too.
 */
export const WINDOW = 900;
/** Windows of one text at most: the rest of a longer one is found by its words. */
export const MAX_WINDOWS = 8;

/** The windows of a text, in order; at least one. */
export function windowsOf(text: string): string[] {
  const windows: string[] = [];
  for (let from = 0; from < text.length && windows.length < MAX_WINDOWS;) {
    const end = endOf(text, from);
    windows.push(text.slice(from, end).trim());
    from = end;
  }
  const filled = windows.filter((window) => window !== '');
  return filled.length === 0 ? [text.slice(0, WINDOW)] : filled;
}

function endOf(text: string, from: number): number {
  const end = from + WINDOW;
  if (end >= text.length) return text.length;
  const space = text.lastIndexOf(' ', end);
  if (space > from + WINDOW / 2) return space;
  // Not between the halves of a character.
  return /[\ud800-\udbff]/.test(text[end - 1] ?? '') ? end - 1 : end;
}
