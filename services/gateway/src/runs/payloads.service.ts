import { Inject, Injectable } from '@nestjs/common';
import { readPayload, RpcClient, withOutput } from '@switchyard/bus';
import { create, PayloadSchema, toValue, type Payload, type Run } from '@switchyard/contracts';

/** Puts together what does not fit into one message of the bus. */
@Injectable()
export class Payloads {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /** @throws SwitchyardError `payload.not_found` */
  async get(tenant: string, hash: string): Promise<Payload> {
    const { value, bytes } = await readPayload(this.rpc, tenant, hash);
    return create(PayloadSchema, { hash, bytes, value: toValue(value) });
  }

  /** The run with its input and output themselves, however large they are. */
  async whole(run: Run): Promise<Run> {
    const { tenant, inputPayload } = run;
    const whole = await withOutput(this.rpc, run);
    if (inputPayload === '') return whole;
    const { value } = await readPayload(this.rpc, tenant, inputPayload);
    return { ...whole, input: toValue(value) };
  }
}
