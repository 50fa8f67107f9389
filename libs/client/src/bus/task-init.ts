import { isMessage } from '@bufbuild/protobuf';
import { ValueSchema, type Value } from '@bufbuild/protobuf/wkt';
import { toValue, type JsonValue, type MessageInitShape, type TaskRequestSchema } from '@switchyard/contracts';

type Message = MessageInitShape<typeof TaskRequestSchema>;

export type TaskInit = Omit<Message, '$typeName' | 'tenant' | 'input'> & {
  /** A text, or any JSON value; as it is, or as `toValue` makes it. */
  input: JsonValue | Value;
};

export function taskMessage(task: TaskInit): Message {
  const { input } = task;
  // From JavaScript it may be missing: the router says so better than a failed conversion.
  if (input === undefined) return task as Message;
  return { ...task, input: isMessage(input, ValueSchema) ? input : toValue(input) };
}
