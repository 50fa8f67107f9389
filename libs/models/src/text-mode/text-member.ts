/** What may still become the beginning of `{"text": "`. */
const MAY_BEGIN = /^\s*(?:\{\s*(?:"(?:t(?:e(?:x(?:t(?:"\s*(?::\s*)?)?)?)?)?)?)?)?$/u;
const BEGINNING = /^\s*\{\s*"text"\s*:\s*"/u;
/** Longer beginnings are of something else, or of nothing. */
const MAX_BEGINNING = 1_000;
/** Of a character in two halves. */
const LONGEST_ESCAPE = 12;

/**
 * Reads the member `text` of a JSON object as it arrives, where it stands first. Another order, and what is not JSON, shows
 * nothing: the whole tells it at its end.
 */
export class TextMember {
  private pending = '';
  private state: 'before' | 'within' | 'over' = 'before';

  /** Takes the next piece of the object. Gives what it adds to the text. */
  push(piece: string): string {
    if (this.state === 'over') return '';
    this.pending += piece;
    if (this.state === 'before') {
      const [beginning] = BEGINNING.exec(this.pending) ?? [];
      if (beginning === undefined) {
        if (this.pending.length > MAX_BEGINNING || !MAY_BEGIN.test(this.pending)) this.state = 'over';
        return '';
      }
      this.pending = this.pending.slice(beginning.length);
      this.state = 'within';
    }
    return this.take();
  }

  private take(): string {
    const parts: string[] = [];
    let at = 0;
    for (;;) {
      const rest = /["\\]/gu;
      rest.lastIndex = at;
      const mark = rest.exec(this.pending);
      parts.push(this.pending.slice(at, mark?.index));
      at = mark?.index ?? this.pending.length;
      if (mark === null) break;
      const length = mark[0] === '"' ? 'none' : escapeLength(this.pending.slice(at, at + LONGEST_ESCAPE));
      if (length === 'none') this.state = 'over';
      if (length === 'none' || length === 'more') break;
      parts.push(String(JSON.parse(`"${this.pending.slice(at, at + length)}"`)));
      at += length;
    }
    this.pending = this.pending.slice(at);
    return parts.join('');
  }
}

/** How long the escape is that begins here: `more` has to come to tell, or it is `none`. */
function escapeLength(ahead: string): number | 'more' | 'none' {
  if (ahead.length < 2) return 'more';
  if (ahead[1] !== 'u') return /^\\["\\/bfnrt]/u.test(ahead) ? 2 : 'none';
  if (ahead.length < 6) return 'more';
  if (!/^\\u[\da-f]{4}/iu.test(ahead)) return 'none';
  // The first half of a character: its other half goes with it.
  if (!/^\\ud[89ab]/iu.test(ahead)) return 6;
  if (/^\\u....\\ud[c-f][\da-f]{2}/iu.test(ahead)) return LONGEST_ESCAPE;
  const mayHaveOther = ahead.length === 6 || (ahead[6] === '\\' && ahead.length < LONGEST_ESCAPE);
  return mayHaveOther ? 'more' : 6;
}
