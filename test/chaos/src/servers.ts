import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startNats, startPostgres, type NatsServer, type PostgresServer } from '@switchyard/servers';
import { Proxy } from './proxy.js';

/** A real NATS and a real Postgres, each behind a wire that can be cut, that can be killed and come back. */
export class Servers {
  #stopping = false;

  private constructor(
    private readonly folder: string,
    private nats: NatsServer,
    private postgres: PostgresServer,
    readonly natsWire: Proxy,
    readonly postgresWire: Proxy,
  ) {}

  static async start(folder: string): Promise<Servers> {
    const [nats, postgres] = await Promise.all([
      startNats({ dataDir: join(folder, 'nats') }),
      startPostgres({ dataDir: join(folder, 'postgres') }),
    ]);
    const [natsWire, postgresWire] = await Promise.all([
      new Proxy(nats.port).start(),
      new Proxy(postgres.port).start(),
    ]);
    return new Servers(folder, nats, postgres, natsWire, postgresWire);
  }

  /** As the services reach it: through the wire. */
  get natsUrl(): string {
    return onPort(this.nats.url, this.natsWire.port);
  }

  get databaseUrl(): string {
    return onPort(this.postgres.url, this.postgresWire.port);
  }

  /** For who sets up and checks: no failure meets these ways but the servers' own. */
  get directNatsUrl(): string {
    return this.nats.url;
  }

  get directDatabaseUrl(): string {
    return this.postgres.url;
  }

  /** SIGKILL, and started again on the same data; with `forgetting`, without its streams. */
  async killNats({ forgetting = false } = {}): Promise<void> {
    const before = this.nats;
    process.kill(before.pid, 'SIGKILL');
    await before.ended;
    await before.stop();
    if (forgetting) await rm(join(this.folder, 'nats', 'store'), { recursive: true, force: true });
    if (this.#stopping) return;
    const { port, monitorPort } = before;
    this.nats = await startNats({ dataDir: join(this.folder, 'nats'), port, monitorPort });
  }

  async killPostgres(): Promise<void> {
    const before = this.postgres;
    process.kill(before.pid, 'SIGKILL');
    await before.ended;
    await before.stop();
    if (this.#stopping) return;
    this.postgres = await startPostgres({ dataDir: join(this.folder, 'postgres'), port: before.port });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([this.natsWire.stop(), this.postgresWire.stop()]);
    await Promise.all([this.nats.stop(), this.postgres.stop()]);
  }
}

function onPort(url: string, port: number): string {
  const moved = new URL(url);
  moved.port = String(port);
  return moved.toString();
}
