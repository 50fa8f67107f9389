/** Bytes of text in one reply at most: with the rest of its JSON it stays below the megabyte that NATS carries. */
export const MAX_REPLY_TEXT = 400_000;

/** The first rows whose text fits into one reply; the very first always does, for the contract bounds a single text. */
export function thatFit<Row extends { text: string }>(rows: readonly Row[], maximum = MAX_REPLY_TEXT): Row[] {
  let size = 0;
  return rows.filter(({ text }, index) => (size += Buffer.byteLength(text)) <= maximum || index === 0);
}
