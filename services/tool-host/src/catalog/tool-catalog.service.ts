import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError, type ToolDefinition, didYouMean } from '@switchyard/contracts';
import { BuiltinTools } from '../pools/builtin-tools.service.js';
import { ToolServerPool } from '../servers/tool-server-pool.service.js';
import { faultsOf } from '../servers/describe-tools.js';
import { stillUnavailable } from '../servers/server-failure.js';
import { ToolSettingsService } from '../settings/tool-settings.service.js';
import type { Tool } from '../tools/tool.js';
import { DISABLED_BY_SETTINGS } from './with-settings.js';
import { ToolIndex, whyUnavailable, type IndexedTool } from './tool-index.js';

/** Every tool that can be named, and the ones that can be called from here. */
@Injectable()
export class ToolCatalog {
  private index: ToolIndex | undefined;
  private version = -1;

  constructor(
    @Inject(BuiltinTools) private readonly builtins: Pick<BuiltinTools, 'version' | 'all'>,
    @Inject(ToolServerPool) private readonly servers: ToolServerPool,
    @Inject(ToolSettingsService) private readonly settings: Pick<ToolSettingsService, 'version' | 'of'>,
  ) {}

  /** A tool that can be called at once; undefined where finding out takes time, or there is none. */
  ready(name: string): Tool | undefined {
    const entry = this.current().find(name);
    return entry?.disabled ? undefined : entry?.tool;
  }

  /**
   * A tool to call; connects to its server where that is needed.
   *
   * @throws SwitchyardError `tool.not_found`, `tool.disabled`, `tool.unavailable`
   */
  async find(name: string): Promise<Tool> {
    const ready = this.ready(name);
    if (ready) return ready;
    if (!this.current().find(name)) {
      // Applied at another host a moment ago, perhaps.
      await this.servers.reconcile();
      await this.servers.settled();
    }
    const known = this.current().find(name);
    await known?.connection?.reach(known.definition.timeoutMs);
    const entry = this.current().find(name);
    if (!entry) throw this.notFound(name);
    if (entry.tool && !entry.disabled) return entry.tool;
    throw whyUnavailable(entry);
  }

  /**
   * Definitions by name, `<server>.<tool>` or `<toolset>.*`; all where nothing is named. Sorted by name, none twice.
   *
   * @throws SwitchyardError `tool.not_found`, `tool.disabled`, `tool.unavailable`
   */
  async list(names: readonly string[]): Promise<ToolDefinition[]> {
    await this.servers.reconcile();
    await this.servers.settled();
    const wanted =
      names.length === 0
        ? [...this.current().byName.values()].filter(({ disabled }) => !disabled)
        : names.flatMap((name) => this.named(name));
    const byName = new Map(wanted.map(({ definition }) => [definition.name, definition]));
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Like `definitionOf`, after reading what was applied elsewhere where the name is new. */
  async locate(name: string): Promise<ToolDefinition | undefined> {
    if (!this.definitionOf(name)) await this.servers.reconcile();
    return this.definitionOf(name);
  }

  /** @throws SwitchyardError `tool.not_found` */
  async get(name: string): Promise<ToolDefinition> {
    const definition = await this.locate(name);
    if (!definition) throw this.notFound(name);
    return definition;
  }

  /** The definition of a tool wherever it runs, as far as it is known without asking anybody. */
  definitionOf(name: string): ToolDefinition | undefined {
    return this.current().find(name)?.definition;
  }

  /** What is wrong with a server's tools although the server answers; for `last_error`. */
  faultsOf(server: string): SwitchyardError | undefined {
    const index = this.current();
    const tools = [...index.byName.values(), ...index.collisions].filter(({ toolset }) => toolset === server);
    return faultsOf(tools.filter(({ disabled }) => disabled?.code !== DISABLED_BY_SETTINGS));
  }

  private named(name: string): IndexedTool[] {
    const index = this.current();
    if (name.endsWith('.*')) {
      const toolset = name.slice(0, -2);
      if (!index.toolsets.has(toolset)) throw this.notFound(name);
      const tools = index.ofToolset(toolset);
      const away = tools.length === 0 && this.away((server) => server === toolset);
      if (away) throw away;
      return tools;
    }
    const entry = index.find(name);
    if (!entry) throw this.notFound(name);
    if (entry.disabled) throw whyUnavailable(entry);
    return [entry];
  }

  /** Of a server that has never told its tools. */
  private away(isMeant: (server: string) => boolean): SwitchyardError | undefined {
    const server = this.servers
      .servers()
      .find(({ row, connection, tools }) => isMeant(row.name) && tools.length === 0 && !connection?.listed);
    return (
      server && stillUnavailable(server.row.name, server.connection?.lastError, 'it has not been connected to yet')
    );
  }

  private notFound(name: string): SwitchyardError {
    const index = this.current();
    // Whether it is one of its tools nobody knows before it has told them.
    const away = this.away((server) => name.startsWith(`${server}_`) || name.startsWith(`${server}.`));
    if (away) return away;
    const known = [...index.byName.keys(), ...[...index.toolsets].map((toolset) => `${toolset}.*`)];
    return new SwitchyardError(
      'tool.not_found',
      `There is no tool "${name.slice(0, 128)}".${didYouMean(name, known)} \`switchyard tools list\` shows all.`,
      { details: { name: name.slice(0, 128) } },
    );
  }

  private current(): ToolIndex {
    // They only grow.
    const version = this.servers.version + this.settings.version + this.builtins.version;
    if (!this.index || this.version !== version) {
      this.version = version;
      this.index = new ToolIndex(this.builtins.all(), this.servers.servers(), (name, toolset) =>
        this.settings.of(name, toolset),
      );
    }
    return this.index;
  }
}
