import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { encode } from './codec.js';

const texts = new WeakMap<object, string>();

/** Remembers a message's proto3 JSON text, for who wrote it and hands the message on unchanged. */
export function keepText(message: object, text: string): void {
  texts.set(message, text);
}

/** A message as `encode` gives it: the text that was kept, or made now. */
export function textOf<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): string {
  return texts.get(message) ?? encode(schema, message as Parameters<typeof encode<Desc>>[1]);
}
