import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import { ToolDefinitionSchema, toWire } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { HostIdentity } from '../calls/host-identity.js';
import { InStep, type InStepOptions } from '../shared/in-step.js';
import type { Tool } from '../tools/tool.js';
import { BuiltinToolsRepository, type BuiltinRow } from './builtin-tools.repository.js';

/** How often a host looks for what other pools offer, should it have missed the word of it. */
const RELOAD_MS = 5_000;
/** How often it says that its own is still there. */
const OFFER_MS = 10 * 60_000;

/** Injects the tools that come with this host: `BuiltinEntry[]`. */
export const BUILTINS = Symbol('tool-host.builtins');

/** A tool that comes with this host. */
export interface BuiltinEntry {
  toolset: string;
  tool: Tool;
}

/** A built-in tool, of whichever pool. */
export interface KnownBuiltin extends BuiltinRow {
  /** There where this host performs it. */
  tool?: Tool;
}

/** The built-in tools of all pools: which pool performs each, so that every host says the same of it. */
@Injectable()
export class BuiltinTools {
  /** Grows with every change of what `all` gives. */
  version = 0;

  private rows: readonly BuiltinRow[] = [];
  private text = '';
  private offering: NodeJS.Timeout | undefined;
  private readonly inStep: InStep;

  constructor(
    @Inject(BUILTINS) private readonly own: readonly BuiltinEntry[],
    @Inject(HostIdentity) private readonly self: Pick<HostIdentity, 'pool'>,
    @Inject(BuiltinToolsRepository) private readonly repository: BuiltinToolsRepository,
    @Inject(Bus) bus: InStepOptions['bus'],
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.inStep = new InStep({
      bus,
      logger,
      word: 'builtins_changed',
      everyMs: RELOAD_MS,
      read: () => this.readAll(),
      failure: 'The built-in tools of other pools could not be read',
    });
  }

  /** After the first sign of life: a pool without one comes after those with one. */
  async start(): Promise<void> {
    await this.offer();
    await this.inStep.start();
    await this.inStep.tell();
    this.offering = setInterval(() => {
      this.offer().catch((error: unknown) =>
        this.logger.warn({ err: error }, 'What this host offers could not be written'),
      );
    }, OFFER_MS);
    this.offering.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.offering);
    await this.inStep.stop();
  }

  all(): KnownBuiltin[] {
    const elsewhere = this.rows.filter(({ definition }) => definition.pool !== this.self.pool);
    const taken = new Set(elsewhere.map(({ definition }) => definition.name));
    const own = this.own.map(({ toolset, tool }) => ({ toolset, definition: tool.definition, tool }));
    return [...own.filter(({ definition }) => !taken.has(definition.name)), ...elsewhere];
  }

  private offer(): Promise<void> {
    return this.repository.offer(this.own.map(({ toolset, tool }) => ({ toolset, definition: tool.definition })));
  }

  private async readAll(): Promise<void> {
    const rows = await this.repository.list();
    const text = JSON.stringify(rows.map(({ definition }) => toWire(ToolDefinitionSchema, definition)));
    if (text === this.text) return;
    this.text = text;
    this.rows = rows;
    this.version += 1;
  }
}
