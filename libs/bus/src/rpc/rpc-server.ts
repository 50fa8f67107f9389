import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { ServerNats } from '@nestjs/microservices';
import type { Bus, Listening } from '../bus.js';
import type { RpcContext } from './rpc-context.js';

export interface RpcServerOptions {
  /** The service as it stands in discovery: "router". Also its queue group. */
  service: string;
  /** The platform's version, for discovery. */
  version: string;
  /** How long a stop waits for handlers before it aborts their signal. Default 10,000. */
  graceMs?: number;
}

/** RPC on Nest's NATS transport. */
export class RpcServer extends ServerNats {
  constructor(
    private readonly bus: Bus,
    private readonly rpcOptions: RpcServerOptions,
  ) {
    super({});
  }

  /**
   * Answers on a subject that is known only at run time (`bus.subjects.toolRpc(pool)`), with the same decoding, errors,
   * traces and statistics as an `@Rpc` handler.
   */
  serve<I extends DescMessage, O extends DescMessage>(
    subject: string,
    input: I,
    output: O,
    handler: (message: MessageShape<I>, context: RpcContext) => Promise<MessageInitShape<O>>,
  ): Listening {
    throw new Error([this.bus.name, this.rpcOptions.service, subject, input.name, output.name, handler.name].join());
  }
}
