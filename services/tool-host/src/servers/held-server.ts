import { toErrorInfo, type ToolDefinition } from '@switchyard/contracts';
import { metrics, type Logger } from '@switchyard/telemetry';
import { messageOf } from '../shared/error-text.js';
import type { ArgumentValidator } from '../tools/argument-validator.js';
import { changesOf, describeTools, faultsOf, type DescribedTool } from './describe-tools.js';
import type { ConnectionOptions, ServerConnection, ServerKind } from './server-connection.js';
import type { ServerRow, ServerState, ToolServerRepository } from './tool-server.repository.js';

export interface HeldServerParts {
  row: ServerRow;
  kind: ServerKind;
  repository: ToolServerRepository;
  validator: ArgumentValidator;
  logger: Logger;
  connection: Omit<ConnectionOptions, 'server' | 'logger' | 'onChange'>;
  /** Called after every change of what this object shows. */
  onChange: () => void;
}

/** A server of this host's pool: its connection, what it offers, and the record of both for the other hosts. */
export class HeldServer {
  readonly connection: ServerConnection;
  tools: readonly DescribedTool[] = [];

  private known: readonly ToolDefinition[];
  private saved = '';
  private saving: Promise<void> = Promise.resolve();
  private readonly changes = metrics.counter(
    'switchyard_tool_definition_changes_total',
    'Tools of servers that were added, changed or removed.',
    ['server', 'change'],
  );

  constructor(private readonly parts: HeldServerParts) {
    this.known = parts.row.tools;
    this.connection = parts.kind.connect({
      ...parts.connection,
      server: parts.row.definition,
      logger: parts.logger,
      onChange: () => this.changed(),
    });
  }

  get row(): ServerRow {
    return this.parts.row;
  }

  async close(): Promise<void> {
    await this.connection.close();
    await this.saving;
  }

  private changed(): void {
    const { row, validator, kind } = this.parts;
    if (this.connection.listed) {
      const options = { pool: row.pool, source: kind.source, validator };
      this.tools = describeTools(row.definition, this.connection.tools, options);
      this.tellChanges();
    }
    this.save();
    this.parts.onChange();
  }

  private tellChanges(): void {
    const { row, logger } = this.parts;
    const now = this.tools.filter(({ disabled }) => !disabled).map(({ definition }) => definition);
    const first = this.known.length === 0;
    for (const change of changesOf(this.known, now)) {
      this.changes.inc({ server: row.name, change: change.change });
      if (!first) logger.warn({ server: row.name, ...change }, 'A tool server changed what it offers');
    }
    for (const { definition, disabled } of this.tools) {
      if (disabled)
        logger.warn({ server: row.name, tool: definition.name, reason: disabled.message }, 'A tool is disabled');
    }
    this.known = now;
  }

  /** In order, and only what differs from what this host wrote last. */
  private save(): void {
    const { row, repository, logger } = this.parts;
    const usable = this.tools.filter(({ disabled }) => !disabled).map(({ definition }) => definition);
    const faults = faultsOf(this.tools);
    const state: ServerState = {
      tools: this.connection.listed ? usable : row.tools,
      status: this.connection.status,
      lastError: this.connection.lastError ?? (faults && toErrorInfo(faults)),
    };
    const text = JSON.stringify(state);
    if (text === this.saved) return;
    this.saved = text;
    this.saving = this.saving
      .then(() => repository.saveState(row.name, row.revision, state))
      .catch((error: unknown) => {
        this.saved = '';
        logger.warn({ server: row.name, reason: messageOf(error) }, 'The state of a tool server could not be recorded');
      });
  }
}
