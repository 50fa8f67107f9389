import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { ServerNats, type MessageHandler } from '@nestjs/microservices';
import { SwitchyardError } from '@switchyard/contracts';
import { lastValueFrom } from 'rxjs';
import type { Bus, Listening } from '../bus.js';
import { Discovery } from '../discovery/discovery.js';
import type { RpcContext } from './rpc-context.js';
import { RpcEndpoint } from './rpc-endpoint.js';
import { rpcTokens } from './rpc-method.js';
import { isRpcExtras, type RpcExtras } from './rpc.decorator.js';

export interface RpcServerOptions {
  /** The service as it stands in discovery: "router". Also its queue group. */
  service: string;
  /** The platform's version, for discovery. */
  version: string;
  /** For discovery: what the service is for. */
  description?: string;
  /** How long a stop waits for handlers before it aborts their signal. Default 10,000. */
  graceMs?: number;
}

const DEFAULT_GRACE_MS = 10_000;

/**
 * RPC on Nest's NATS transport, over the bus's connection: handlers marked with `@Rpc` run with Nest's pipeline. The body
 * is the message's JSON both ways, so that `nats req` works for a person; a failure is an ErrorInfo with the headers
 * of a NATS micro service.
 */
export class RpcServer extends ServerNats {
  private readonly found: { extras: RpcExtras; callback: MessageHandler }[] = [];
  private readonly endpoints: RpcEndpoint[] = [];
  private readonly discovery: Discovery;
  private listening = false;

  constructor(
    private readonly bus: Bus,
    private readonly rpcOptions: RpcServerOptions,
  ) {
    super({});
    const { service, version, description = '' } = rpcOptions;
    const identity = { name: `${bus.prefix}-${service}`, version, description };
    this.discovery = new Discovery(bus.nc, identity, () =>
      this.endpoints.map(({ spec, stats }) => ({ name: spec.name, subject: spec.subject, queue: spec.queue, stats })),
    );
  }

  /** The instance as discovery shows it. */
  get identity(): { name: string; id: string } {
    return this.discovery.identity;
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEvent = false,
    extras: Record<string, unknown> = {},
  ): void {
    if (!isRpcExtras(extras)) {
      throw new SwitchyardError('rpc.bad_handler', `The handler of ${String(pattern)} is not marked with @Rpc.`);
    }
    this.found.push({ extras, callback });
    super.addHandler(pattern, callback, isEvent, extras);
  }

  /** The bus's connection: one for each service. */
  override createNatsClient(): Promise<Bus['nc']> {
    return Promise.resolve(this.bus.nc);
  }

  /** Called by Nest when the transport listens; fails when a method has two handlers. */
  override bindEvents(): void {
    for (const { extras, callback } of this.found) this.bind(extras, callback);
    for (const endpoint of this.endpoints) endpoint.listen();
    this.discovery.start();
    this.listening = true;
  }

  /** The bus watches the connection and says what happens to it. */
  override handleStatusUpdates(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Answers on a subject that is known only at run time (`bus.subjects.toolRpc(pool)`), with the same decoding, errors,
   * traces and statistics as an `@Rpc` handler. Before this listens, it is put down for then.
   */
  serve<I extends DescMessage, O extends DescMessage>(
    subject: string,
    input: I,
    output: O,
    handle: (message: MessageShape<I>, context: RpcContext) => Promise<MessageInitShape<O>>,
  ): Listening {
    const name = subject.slice(this.bus.prefix.length + 1).replaceAll('.', '-');
    const endpoint = new RpcEndpoint(this.bus, {
      name,
      spanName: `answer ${name}`,
      subject,
      queue: this.rpcOptions.service,
      input,
      output,
      handle,
    });
    return this.add(endpoint);
  }

  override async close(): Promise<void> {
    this.discovery.stop();
    await Promise.all(this.endpoints.splice(0).map((endpoint) => endpoint.stop(this.graceMs)));
  }

  private get graceMs(): number {
    return this.rpcOptions.graceMs ?? DEFAULT_GRACE_MS;
  }

  private bind({ method, broadcast }: RpcExtras, callback: MessageHandler): void {
    const tokens = rpcTokens(method);
    const subject = this.bus.subjects.rpc(tokens.service, tokens.method);
    if (this.endpoints.some(({ spec }) => spec.subject === subject)) {
      throw new SwitchyardError(
        'rpc.two_handlers',
        `Two handlers are marked with @Rpc of ${method.parent.name}.${method.name}. Keep one.`,
      );
    }
    this.endpoints.push(
      new RpcEndpoint(this.bus, {
        name: tokens.method,
        spanName: `${method.parent.typeName}/${method.name}`,
        subject,
        queue: broadcast ? undefined : this.rpcOptions.service,
        input: method.input,
        output: method.output,
        handle: async (message, context) =>
          lastValueFrom(this.transformToObservable(await callback(message, context)), { defaultValue: undefined }),
      }),
    );
  }

  private add<I extends DescMessage, O extends DescMessage>(endpoint: RpcEndpoint<I, O>): Listening {
    const plain: RpcEndpoint = endpoint;
    this.endpoints.push(plain);
    if (this.listening) endpoint.listen();
    return {
      stop: async () => {
        const index = this.endpoints.indexOf(plain);
        if (index >= 0) this.endpoints.splice(index, 1);
        await endpoint.stop(this.graceMs);
      },
    };
  }
}
