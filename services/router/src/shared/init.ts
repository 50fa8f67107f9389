import type { fromStore, MessageInitShape } from '@switchyard/contracts';

/** What a handler returns: the fields of a message, without the message's own machinery. */
export type Init<Schema extends Parameters<typeof fromStore>[0]> = Exclude<
  MessageInitShape<Schema>,
  { $typeName: string }
>;
