import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { decode } from '@switchyard/contracts';

/**
 * A message from a subject on which others may publish anything; undefined where it is none of ours. What one publisher
 * got wrong must end nobody else's subscription.
 */
export function readMessage<D extends DescMessage>(schema: D, data: Uint8Array): MessageShape<D> | undefined {
  try {
    return decode(schema, data);
  } catch {
    return undefined;
  }
}

/** The messages of a subscription that can be read. */
export async function* readMessages<D extends DescMessage>(
  schema: D,
  messages: AsyncIterable<{ data: Uint8Array }>,
): AsyncGenerator<MessageShape<D>> {
  for await (const { data } of messages) {
    const message = readMessage(schema, data);
    if (message) yield message;
  }
}
