import { toWire, type MessageShape } from '@switchyard/contracts';

type DescMessage = Parameters<typeof toWire>[0];

/** A message's size as it will stand in a reply. */
export function bytesOf<Schema extends DescMessage>(schema: Schema): (message: MessageShape<Schema>) => number {
  return (message) => Buffer.byteLength(JSON.stringify(toWire(schema, message)));
}
