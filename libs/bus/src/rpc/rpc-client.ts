import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Bus, RequestOptions } from '../bus.js';
import { exchange } from './exchange.js';
import { rpcTokens, type RpcMethod } from './rpc-method.js';

/** Calls other services: `await rpc.call(RouterService.method.submit, { agent, input })`. */
export class RpcClient {
  constructor(private readonly bus: Bus) {}

  /**
   * @throws SwitchyardError what the service threw, with its code; `rpc.unavailable` when nobody runs it and `rpc.timeout`
   *   (default 5 s), both retryable; `rpc.aborted` when the signal fires
   */
  call<I extends DescMessage, O extends DescMessage>(
    method: RpcMethod<I, O>,
    init: MessageInitShape<I>,
    options: RequestOptions = {},
  ): Promise<MessageShape<O>> {
    const tokens = rpcTokens(method);
    const target = {
      subject: this.bus.subjects.rpc(tokens.service, tokens.method),
      name: `${method.parent.typeName}/${method.name}`,
      who: `${tokens.service} (${tokens.method})`,
    };
    return exchange(this.bus, target, method.input, method.output, init, options);
  }
}

/** Subject of a method below a bus's prefix. */
export function rpcSubject(bus: Pick<Bus, 'subjects'>, method: RpcMethod): string {
  const tokens = rpcTokens(method);
  return bus.subjects.rpc(tokens.service, tokens.method);
}
