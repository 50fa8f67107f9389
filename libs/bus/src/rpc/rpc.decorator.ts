import { UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { PassThroughFilter } from '../pass-through.filter.js';
import { rpcTokens, type RpcMethod } from './rpc-method.js';

export interface RpcHandlerOptions {
  /**
   * Every replica gets the request, and who returns `undefined` stays silent (an error too is logged, not answered):
   * for questions that only the one who has something in hand can answer. Default: one replica gets it and answers.
   */
  broadcast?: boolean;
}

/** What `@Rpc` leaves on the handler for the transport. */
export interface RpcExtras {
  method: RpcMethod;
  broadcast: boolean;
}

/**
 * Makes a controller's method the handler of one RPC. It gets `(input, context: RpcContext)`, the input decoded and
 * validated, and returns the init of the method's output. Errors reach the caller with their code.
 */
export function Rpc(method: RpcMethod, options: RpcHandlerOptions = {}): MethodDecorator {
  const tokens = rpcTokens(method);
  const extras: RpcExtras = { method, broadcast: options.broadcast ?? false };
  return (target, key, descriptor) => {
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    UseFilters(new PassThroughFilter())(target, key, descriptor);
    return MessagePattern(`rpc.${tokens.service}.${tokens.method}`, Transport.NATS, { ...extras })(
      target,
      key,
      descriptor,
    );
  };
}

export function isRpcExtras(extras: object): extras is RpcExtras {
  return 'method' in extras && 'broadcast' in extras;
}
