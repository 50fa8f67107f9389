import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startSimulator, type Simulator, type SimulatorOptions } from '@switchyard/simulator';

/** One request of an executor to the model, as the model's side sees it. */
export interface SeenRequest {
  /** The whole body as text: what was asked. */
  body: string;
  state: 'waiting' | 'answering' | 'answered' | 'abandoned';
}

/**
 * A simulator behind a gate: requests wait in front of it for as long as a test wants runs to be in flight, and it is
 * seen when an executor hangs up.
 */
export class ModelGate {
  readonly requests: SeenRequest[] = [];
  private onlySecondTurns = false;
  private opened: Promise<void> = Promise.resolve();
  private release: () => void = () => undefined;

  private constructor(
    private readonly simulator: Simulator,
    private readonly server: Server,
  ) {}

  static async start(options: SimulatorOptions = {}): Promise<ModelGate> {
    const server = createServer((request, response) => void gate.pass(request, response));
    const gate = new ModelGate(await startSimulator(options), server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  count(state: SeenRequest['state']): number {
    return this.requests.filter((request) => request.state === state).length;
  }

  /** From now on requests wait. */
  hold(): void {
    this.open();
    this.opened = new Promise((resolve) => (this.release = resolve));
  }

  /** From now on requests wait that carry the result of a tool. */
  holdSecondTurns(): void {
    this.hold();
    this.onlySecondTurns = true;
  }

  open(): void {
    this.release();
    this.opened = Promise.resolve();
    this.onlySecondTurns = false;
  }

  async close(): Promise<void> {
    this.open();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
    await this.simulator.close();
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    const body = (await buffer(request)).toString();
    const seen: SeenRequest = { body, state: 'waiting' };
    this.requests.push(seen);
    response.once('close', () => {
      if (!response.writableFinished) seen.state = 'abandoned';
      gone.abort();
    });
    try {
      if (!this.onlySecondTurns || body.includes('"tool_call_id"')) await this.opened;
      if (gone.signal.aborted) return;
      seen.state = 'answering';
      const answer = await fetch(new URL(request.url ?? '/', this.simulator.url), {
        method: request.method ?? 'POST',
        headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'x-api-key': 'none' },
        body,
        signal: gone.signal,
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
      for await (const chunk of answer.body ?? []) response.write(chunk);
      seen.state = 'answered';
      response.end();
    } catch (error) {
      // The executor hung up, or the test is over: the request's state says so.
      if (!gone.signal.aborted) response.destroy(error instanceof Error ? error : undefined);
    }
  }
}
