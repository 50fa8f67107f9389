import type { DescMessage, DescMethod, MessageInitShape, MessageShape } from '@bufbuild/protobuf';

/** A method of a proto service: `RouterService.method.submit`. */
export type RpcMethod<I extends DescMessage = DescMessage, O extends DescMessage = DescMessage> = DescMethod & {
  readonly methodKind: 'unary';
  readonly input: I;
  readonly output: O;
};

export type RpcInput<M extends RpcMethod> = MessageInitShape<M['input']>;
export type RpcOutput<M extends RpcMethod> = MessageShape<M['output']>;

/** Service and method as they stand in a subject: ToolHostService.ListTools → `tool-host`, `list_tools`. */
export function rpcTokens(method: DescMethod): { service: string; method: string } {
  return { service: separate(method.parent.name.replace(/Service$/, ''), '-'), method: separate(method.name, '_') };
}

function separate(name: string, mark: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, mark).toLowerCase();
}
