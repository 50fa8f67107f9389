import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  encode,
  END_EVENT_TYPES,
  ErrorInfoSchema,
  eventTypeOf,
  fromErrorInfo,
  fromStore,
  RouterService,
  type JsonValue,
  type RunEvent,
  type SubmitReply,
} from '@switchyard/contracts';
import { ask } from './ask.js';
import { taskMessage, type TaskInit } from './task-init.js';

/** What the router answers over the bus. */
export class RouterCalls {
  constructor(
    private readonly nc: NatsConnection,
    private readonly prefix: string,
    private readonly tenant: string,
  ) {}

  submit(task: TaskInit): Promise<SubmitReply> {
    const { input, output } = RouterService.method.submit;
    return this.call('submit', input, output, { ...taskMessage(task), tenant: this.tenant });
  }

  /** The entry that ended the run, from the journal, which keeps it for good; undefined where the run has not ended. */
  async endOf(runId: string): Promise<RunEvent | undefined> {
    const { getRun, listEvents } = RouterService.method;
    const of = { tenant: this.tenant, runId };
    const { seq } = await this.call('get_run', getRun.input, getRun.output, of);
    const last = { ...of, afterSeq: Math.max(0, seq - 1), limit: 1 };
    const { events } = await this.call('list_events', listEvents.input, listEvents.output, last);
    return events.find((event) => END_EVENT_TYPES.some((type) => type === eventTypeOf(event)));
  }

  private async call<I extends DescMessage, O extends DescMessage>(
    method: string,
    input: I,
    output: O,
    init: MessageInitShape<I>,
  ): Promise<MessageShape<O>> {
    const reply = await ask(this.nc, `${this.prefix}.rpc.router.${method}`, encode(input, init));
    const json = JSON.parse(reply.string()) as JsonValue;
    if (reply.headers?.get('Nats-Service-Error-Code')) throw fromErrorInfo(fromStore(ErrorInfoSchema, json));
    return fromStore(output, json);
  }
}
