/** Puts values in the place of `$v` and the like; what has none stays. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$([a-z])/g, (whole, name: string) => values[name] ?? whole);
}

/** Whether the text has a place for this value. */
export function names(text: string, name: string): boolean {
  return text.includes(`$${name}`);
}

/** Closes what has no closing sign yet. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
