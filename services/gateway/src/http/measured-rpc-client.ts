import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { RpcClient, type Bus, type RequestOptions, type RpcMethod } from '@switchyard/bus';
import { encode, SwitchyardError } from '@switchyard/contracts';

/** Of NATS' `max_payload`, which the headers count to: the trace, and what a service adds to what it passes on. */
const MARGIN_BYTES = 16 * 1024;

/** Refuses what the bus cannot carry before it asks, in words that help who sent it. */
export class MeasuredRpcClient extends RpcClient {
  constructor(private readonly measured: Bus) {
    super(measured);
  }

  /** @throws SwitchyardError `bus.too_large` with `details.bytes` and `details.limit`, and what `RpcClient` throws */
  override async call<I extends DescMessage, O extends DescMessage>(
    method: RpcMethod<I, O>,
    init: MessageInitShape<I>,
    options: RequestOptions = {},
  ): Promise<MessageShape<O>> {
    const bytes = Buffer.byteLength(encode(method.input, init));
    const limit = (this.measured.nc.info?.max_payload ?? Infinity) - MARGIN_BYTES;
    if (bytes > limit) throw tooLarge(bytes, limit);
    return super.call(method, init, options);
  }
}

function tooLarge(bytes: number, limit: number): SwitchyardError {
  return new SwitchyardError(
    'bus.too_large',
    `The request has ${bytes} bytes, and the bus takes ${limit}. Send less or in parts, put large content into a file or a page that a tool can read, or raise max_payload of NATS.`,
    { details: { bytes, limit } },
  );
}
