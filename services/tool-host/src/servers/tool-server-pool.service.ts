import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { create, SwitchyardError, ToolServerSchema, type ToolServer, didYouMean } from '@switchyard/contracts';
import { Bus } from '@switchyard/bus';
import { CONFIG, LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { Egress } from '../shared/egress.js';
import { InStep, type InStepOptions } from '../shared/in-step.js';
import { within } from '../shared/within.js';
import { Secrets } from '../secrets/secrets.service.js';
import { ArgumentValidator } from '../tools/argument-validator.js';
import { ToolVersionsRepository } from '../versions/tool-versions.repository.js';
import type { DescribedTool } from './describe-tools.js';
import { HeldServer } from './held-server.js';
import { checkToolServer } from './check-tool-server.js';
import type { ServerKind } from './server-connection.js';
import { stateOfSecrets, valuesFor, type ServerValues } from './server-values.js';
import { ToolServerRepository, type ServerRow } from './tool-server.repository.js';

/** How often a host looks for servers that were applied at another host, should it have missed the word of it. */
const RECONCILE_MS = 3_000;
/** How long a question waits for a server that is being connected to for the first time. */
const FIRST_CONNECT_WAIT_MS = 10_000;

/** Injects the kinds of servers that this host can connect to: `ServerKind[]`. */
export const SERVER_KINDS = Symbol('tool-host.server-kinds');

/** How a server of this host's pool stands. */
export type LiveServer = Pick<HeldServer, 'status' | 'lastError' | 'listed' | 'reach' | 'ask'>;

/** A server of tools, and what this host can say of it. */
export interface KnownServer {
  row: ServerRow;
  /** There where the server is of this host's pool. */
  connection: LiveServer | undefined;
  /** Live where this host has listed them, as last seen by anybody otherwise. */
  tools: readonly DescribedTool[];
}

/** Keeps this host connected to the servers of its pool, as the table says. */
@Injectable()
export class ToolServerPool {
  private readonly held = new Map<string, HeldServer>();
  private rows: readonly ServerRow[] = [];
  private readonly inStep: InStep;
  private readonly egress: Egress;
  private closed = false;
  private generation = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Bus) bus: InStepOptions['bus'],
    @Inject(ToolServerRepository) private readonly repository: ToolServerRepository,
    @Inject(ToolVersionsRepository) private readonly versions: ToolVersionsRepository,
    @Inject(ArgumentValidator) private readonly validator: ArgumentValidator,
    @Inject(SERVER_KINDS) private readonly kinds: readonly ServerKind[],
    @Inject(Secrets) private readonly secrets: Pick<Secrets, 'named' | 'open' | 'isOfPlatform' | 'onChange'>,
  ) {
    this.egress = new Egress(config.toolHost.egress);
    this.inStep = new InStep({
      bus,
      logger,
      word: 'servers_changed',
      everyMs: RECONCILE_MS,
      read: () => this.readAndConnect(),
      failure: 'The list of tool servers could not be read',
    });
  }

  /** Grows with every change of what `servers` gives. */
  get version(): number {
    return this.generation;
  }

  start(): Promise<void> {
    this.secrets.onChange = () => {
      this.reconcile().catch((error: unknown) => {
        this.logger.warn(
          { err: error },
          'Servers could not be given a secret that has changed; they are looked at again',
        );
      });
    };
    return this.inStep.start();
  }

  /** Servers are programs of ours and must not outlive us. */
  async stop(): Promise<void> {
    this.closed = true;
    await this.inStep.stop();
    await Promise.allSettled([...this.held.values()].map((server) => server.close()));
    this.held.clear();
  }

  servers(): KnownServer[] {
    return this.rows.map((row) => {
      const held = this.held.get(row.name);
      const tools = held?.listed ? held.tools : row.tools.map((definition) => ({ definition }));
      return { row, connection: held, tools };
    });
  }

  /** Reads the table and connects, drops and replaces accordingly. What was committed before the call is seen. */
  reconcile(): Promise<void> {
    return this.inStep.read();
  }

  /** Waits until every server of the pool has answered or failed once, but not for ever. */
  async settled(): Promise<void> {
    await within(Promise.all([...this.held.values()].map((server) => server.settled())), FIRST_CONNECT_WAIT_MS);
  }

  /**
   * Adds a server or replaces it. Where it is of this host's pool, waits for the first connection, but not for its success.
   *
   * @throws SwitchyardError `tool_server.invalid`
   */
  async apply(given: ToolServer): Promise<KnownServer> {
    const { name } = given;
    const server = create(ToolServerSchema, { ...given, pool: given.pool || this.config.toolHost.pool });
    // What is seen of a server is not for who applies it to say.
    server.status = '';
    server.toolCount = 0;
    server.pendingCount = 0;
    delete server.lastError;
    checkToolServer(server, this.kinds);
    await this.repository.apply(server);
    await this.announce();
    const known = this.servers().find(({ row }) => row.name === name);
    if (known) return known;
    throw new SwitchyardError(
      'tool_server.not_found',
      `The tool server "${name}" was removed at the same moment. Apply it again.`,
      {
        retryable: true,
      },
    );
  }

  /** @throws SwitchyardError `tool_server.not_found` */
  async remove(name: string): Promise<void> {
    if (!(await this.repository.remove(name))) {
      const names = this.rows.map((row) => row.name);
      throw new SwitchyardError(
        'tool_server.not_found',
        `There is no tool server "${name}".${didYouMean(name, names)}`,
        {
          details: { name },
        },
      );
    }
    await this.inStep.tell();
  }

  /** Every host of its pool connects to a server anew. */
  async renew(name: string): Promise<void> {
    await this.repository.renew(name);
    await this.announce();
  }

  /** Tells every host that the table has changed, and waits until this one shows it. */
  async announce(): Promise<void> {
    await this.inStep.tell();
    await this.settled();
  }

  private async readAndConnect(): Promise<void> {
    const rows = await this.repository.list();
    if (this.closed) return;
    const mine = new Map(rows.filter(({ pool }) => pool === this.config.toolHost.pool).map((row) => [row.name, row]));
    // What takes the place of a connection is at hand before that is given up.
    const given = await Promise.all(
      [...mine.values()].map(async (row) => ({ row, values: await this.newValues(row) })),
    );
    if (this.isClosed()) return;
    for (const [name, server] of this.held) if (!mine.has(name)) this.drop(name, server);
    for (const { row, values } of given) {
      if (!values) continue;
      const before = this.held.get(row.name);
      if (before) this.drop(row.name, before);
      this.hold(row, values);
    }
    for (const row of mine.values()) {
      this.held.get(row.name)?.noteAccepted(row.acceptedAt);
    }
    // What is made of them is made anew only where one of them is another.
    const changed = rows.length !== this.rows.length || rows.some((row, index) => row !== this.rows[index]);
    this.rows = rows;
    if (changed) this.generation += 1;
  }

  /** What a server is connected to with from now on; undefined where the connection that is there stays. */
  private async newValues(row: ServerRow): Promise<ServerValues | undefined> {
    const server = this.held.get(row.name);
    const isSame =
      server?.row.revision === row.revision && server.values.state === stateOfSecrets(row.definition, this.secrets);
    if (isSame && !server.values.incomplete) return undefined;
    const values = await valuesFor(row.definition, process.env, this.secrets);
    return isSame && values.incomplete ? undefined : values;
  }

  private isClosed(): boolean {
    return this.closed;
  }

  private hold(row: ServerRow, values: ServerValues): void {
    const { config, logger, repository, versions, validator } = this;
    const kind = this.kinds.find(({ names }) => names.includes(row.definition.kind));
    // Applied at a host of a newer version: it is theirs.
    if (!kind) return;
    const server = new HeldServer({
      row,
      kind,
      repository,
      versions,
      validator,
      logger,
      values,
      connection: { version: config.version, egress: this.egress },
      onChange: () => {
        this.generation += 1;
      },
    });
    this.held.set(row.name, server);
    void server.settled();
  }

  private drop(name: string, server: HeldServer): void {
    this.held.delete(name);
    server.close().catch((error: unknown) => {
      this.logger.warn({ err: error, server: name }, 'A tool server that is no longer used did not close cleanly');
    });
  }
}
