import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  create,
  PayloadSchema,
  RouterService,
  toValue,
  type JsonValue,
  type Payload,
  type Run,
} from '@switchyard/contracts';

/** Puts together what does not fit into one message of the bus. */
@Injectable()
export class Payloads {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /** @throws SwitchyardError `payload.not_found` */
  async get(tenant: string, hash: string): Promise<Payload> {
    const parts: string[] = [];
    for (let offset = 0; ;) {
      const { bytes, text, nextOffset } = await this.rpc.call(RouterService.method.getPayload, {
        tenant,
        hash,
        offset,
      });
      parts.push(text);
      // A reply that leads nowhere further must not be asked for again and again.
      if (nextOffset <= offset) {
        const value = JSON.parse(parts.join('')) as JsonValue;
        return create(PayloadSchema, { hash, bytes, value: toValue(value) });
      }
      offset = nextOffset;
    }
  }

  /** The run with its input and output themselves, however large they are. */
  async whole(run: Run): Promise<Run> {
    const { tenant, inputPayload, outputPayload } = run;
    if (inputPayload !== '') {
      const { value } = await this.get(tenant, inputPayload);
      if (value) run.input = value;
    }
    if (outputPayload !== '') {
      const { value } = await this.get(tenant, outputPayload);
      if (value) run.output = value;
    }
    return run;
  }
}
