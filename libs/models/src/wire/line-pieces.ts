/**
 * Decodes bytes and gives text on only when a line ends in it: a parser that joins and searches the line so far with every
 * piece would take time in the square of its length, and a stream may have a line of megabytes, or one without end.
 */
export class LinePieces {
  // A byte order mark at the beginning is no part of the text, and bytes that are no UTF-8 become U+FFFD.
  private readonly decoder = new TextDecoder('utf-8');
  private held: string[] = [];

  /** The text up to here; empty while a line goes on. */
  push(bytes: Uint8Array): string {
    const text = this.decoder.decode(bytes, { stream: true });
    this.held.push(text);
    return /[\r\n]/.test(text) ? this.take() : '';
  }

  /** The bytes are over: what was held. */
  end(): string {
    this.held.push(this.decoder.decode());
    return this.take();
  }

  private take(): string {
    const text = this.held.join('');
    this.held = [];
    return text;
  }
}
