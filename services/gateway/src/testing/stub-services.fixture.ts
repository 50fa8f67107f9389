import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { rpcSubject, type Bus, type RpcMethod } from '@switchyard/bus';
import { decode, encode, ErrorInfoSchema, toErrorInfo } from '@switchyard/contracts';
import { headers, type Msg, type Subscription } from '@nats-io/transport-node';

/** Stands in for the services on the real bus: answers their RPCs as a test says, and keeps what was asked. */
export class StubServices {
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly handlers = new Map<string, (body: Uint8Array) => Promise<string | undefined>>();

  constructor(private readonly bus: Bus) {}

  /**
   * From now on this answers the method. An answer of undefined is silence; what it throws is the reply's error.
   *
   * @returns what was asked, as it comes
   */
  answer<I extends DescMessage, O extends DescMessage>(
    method: RpcMethod<I, O>,
    handler: (input: MessageShape<I>) => MessageInitShape<O> | undefined | Promise<MessageInitShape<O> | undefined>,
  ): MessageShape<I>[] {
    const subject = rpcSubject(this.bus, method);
    const asked: MessageShape<I>[] = [];
    this.handlers.set(subject, async (body) => {
      const input = decode(method.input, body);
      asked.push(input);
      const output = await handler(input);
      return output === undefined ? undefined : encode(method.output, output);
    });
    if (!this.subscriptions.has(subject)) this.listen(subject);
    return asked;
  }

  /** Nobody answers the method any more. */
  silence(method: RpcMethod): void {
    const subject = rpcSubject(this.bus, method);
    this.subscriptions.get(subject)?.unsubscribe();
    this.subscriptions.delete(subject);
  }

  /** Everything said here so far is known to the server. */
  async settled(): Promise<void> {
    await this.bus.nc.flush();
  }

  private listen(subject: string): void {
    const callback = (error: Error | null, message: Msg): void => {
      if (error) throw error;
      void this.reply(subject, message);
    };
    this.subscriptions.set(subject, this.bus.nc.subscribe(subject, { callback }));
  }

  private async reply(subject: string, message: Msg): Promise<void> {
    try {
      const body = await this.handlers.get(subject)?.(message.data);
      if (body !== undefined) message.respond(body);
    } catch (thrown) {
      const info = toErrorInfo(thrown);
      const head = headers();
      head.set('Nats-Service-Error-Code', info.code);
      head.set('Nats-Service-Error', info.message.replace(/\s+/g, ' '));
      message.respond(encode(ErrorInfoSchema, info), { headers: head });
    }
  }
}
