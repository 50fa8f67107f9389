import { DialectReader, dialectOf, type Dialect } from '@switchyard/models';
import { percentile } from './statistics.js';

export interface ReadingFigures {
  /** Prose in pieces of 4 KiB. */
  megabytes_per_second: number;
  /** One piece of four characters, of prose and calls. */
  piece_p99_us: number;
}

const PROSE = 'The quick brown fox jumps over the lazy dog [1], and says "hello" where a < b && c > d.\n';
const CALL =
  '<tool_call>\n{"name": "f", "arguments": {"text": "some text that is not short", "n": [1, 2]}}\n</tool_call>\n';

/** How fast an answer's text is read, whatever dialect it is in. */
export function measureReading(megabytes: number): ReadingFigures {
  const auto = dialectOf('auto');
  if (auto === undefined) throw new Error('there is no dialect "auto"');
  const prose = PROSE.repeat((megabytes * 1_000_000) / PROSE.length);
  read(auto, cut(prose, 4_096));
  const begun = performance.now();
  read(auto, cut(prose, 4_096));
  const seconds = (performance.now() - begun) / 1_000;
  const mixed = cut((PROSE.repeat(3) + CALL).repeat(400), 4);
  read(auto, mixed);
  return {
    megabytes_per_second: prose.length / 1_000_000 / seconds,
    piece_p99_us: percentile(read(auto, mixed), 0.99),
  };
}

/** Microseconds that each piece took. */
function read(dialect: Dialect, pieces: readonly string[]): number[] {
  const reader = new DialectReader({ dialect, schemaOf: () => undefined });
  const took = pieces.map((piece) => {
    const begun = performance.now();
    reader.push(piece);
    return (performance.now() - begun) * 1_000;
  });
  reader.end();
  return took;
}

function cut(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, at) => text.slice(at * length, (at + 1) * length));
}
