/** Bytes of items in one reply: with the rest of it, and as JSON in JSON, below the megabyte that NATS carries by default. */
const MAX_REPLY_BYTES = 400_000;

/** The first items that fit into one reply; the very first always does, for contracts bound a single one. */
export function thatFit<Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
  maximum = MAX_REPLY_BYTES,
): Item[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => (bytes += bytesOf(item)) > maximum && index > 0);
  return end < 0 ? [...items] : items.slice(0, end);
}
