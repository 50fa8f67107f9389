import { formsOf } from '../secrets/secret-forms.js';

/** What is kept of one program's words, in characters. */
export const MAX_LOG = 64 * 1_024;
/** Very short values would blot out half the text, and are no secrets. */
const SHORTEST_SECRET = 4;
const OWN_LINE = /^\[\d{4}-[^\]\n]{1,30}Z\] .*$/gm;

/**
 * The last that a server's program wrote to its standard error, without the secrets that it was given, however they arrive: in
 * pieces, or cut where the log begins. Kept over restarts, with a line for each.
 */
export class ServerLog {
  #text = '';
  /** Grows with every change. */
  version = 0;
  private readonly secrets: readonly { name: string; text: string }[];
  private readonly longest: number;

  /** @param values what the program was handed, by name */
  constructor(
    values: Readonly<Record<string, string>>,
    private readonly limit = MAX_LOG,
  ) {
    this.secrets = Object.entries(values)
      .filter(([, value]) => value.length >= SHORTEST_SECRET)
      .flatMap(([name, value]) => [...new Set([value, ...formsOf(value)])].map((text) => ({ name, text })))
      .sort((a, b) => b.text.length - a.text.length);
    this.longest = this.secrets[0]?.text.length ?? 0;
  }

  append(words: string): void {
    // Cut only after what is secret is out of it, and never into a secret that is still arriving: half of one would be left.
    const all = this.secrets.reduce(
      (shown, { name, text }) => shown.replaceAll(text, `[secret ${name}]`),
      this.#text + words,
    );
    this.#text = all.slice(-(this.limit + this.longest));
    this.version += 1;
  }

  /** A line of our own. */
  note(line: string, now = new Date()): void {
    const begin = this.#text === '' || this.#text.endsWith('\n') ? '' : '\n';
    this.append(`${begin}[${now.toISOString()}] ${line}\n`);
  }

  /** The end of it, without the beginning of a secret that has not arrived whole. */
  tail(length = this.limit): string {
    return this.withoutBeginnings(this.#text).slice(-length);
  }

  /** The end of what the program itself has written since the last line of our own. */
  lastWords(length: number): string {
    const text = this.tail();
    const last = [...text.matchAll(OWN_LINE)].at(-1);
    const since = last ? text.slice(last.index + last[0].length) : text;
    return since.trim().slice(-length);
  }

  private withoutBeginnings(text: string): string {
    for (let length = Math.min(this.longest, text.length); length >= SHORTEST_SECRET; length--) {
      const end = text.slice(-length);
      if (this.secrets.some(({ text: secret }) => secret.length > length && secret.startsWith(end)))
        return text.slice(0, -length);
    }
    return text;
  }
}
