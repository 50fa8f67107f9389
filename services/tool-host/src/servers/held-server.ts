import { setTimeout as sleep } from 'node:timers/promises';
import { toErrorInfo, type ErrorInfo, type ToolDefinition } from '@switchyard/contracts';
import { metrics, type Logger } from '@switchyard/telemetry';
import { messageOf } from '../shared/error-text.js';
import type { ArgumentValidator } from '../tools/argument-validator.js';
import { admittedDefinition } from '../versions/admitted-definition.js';
import type { ToolVersionsRepository } from '../versions/tool-versions.repository.js';
import { KeptLog } from './kept-log.js';
import type { ServerLog } from './server-log.js';
import { changesOf, describeTools, faultsOf, type DescribedTool } from './describe-tools.js';
import { RedactedConnection, redactedLogger } from './redacted-connection.js';
import type { ServerValues } from './server-values.js';
import type { ConnectionOptions, ConnectionStatus, ServerConnection, ServerKind } from './server-connection.js';
import type { ServerRow, ServerState, ToolServerRepository } from './tool-server.repository.js';

export interface HeldServerParts {
  row: ServerRow;
  kind: ServerKind;
  repository: ToolServerRepository;
  versions: ToolVersionsRepository;
  validator: ArgumentValidator;
  logger: Logger;
  connection: Omit<ConnectionOptions, 'server' | 'logger' | 'onChange' | 'environment' | 'redactor' | 'keepLog'>;
  values: ServerValues;
  /** Called after every change of what this object shows. */
  onChange: () => void;
}

/** How long after a failure what a server offers is recorded again. */
const ADMIT_AGAIN_MS = 1_000;

/** A server of this host's pool: its connection, what agents get of what it offers, and the record of both for the other hosts. */
export class HeldServer {
  /** What agents get; what was known before until the first listing is recorded. */
  tools: readonly DescribedTool[] = [];
  /** Whether `tools` is of a listing of this host's. */
  listed = false;

  private readonly connection: ServerConnection;
  private known: readonly ToolDefinition[];
  private log: KeptLog | undefined;
  private saved = '';
  private saving: Promise<void> = Promise.resolve();
  private admitting: Promise<void> = Promise.resolve();
  private closed = false;
  /** When a version of one of its tools was last accepted, as far as this host knows. */
  private acceptedAt: number;
  private readonly changes = metrics.counter(
    'switchyard_tool_definition_changes_total',
    'Tools of servers that were added, changed or removed.',
    ['server', 'change'],
  );

  constructor(private readonly parts: HeldServerParts) {
    this.known = parts.row.tools;
    this.acceptedAt = parts.row.acceptedAt;
    const { environment, redactor } = parts.values;
    const connection = parts.kind.connect({
      ...parts.connection,
      environment,
      redactor,
      server: parts.row.definition,
      logger: redactedLogger(parts.logger, redactor),
      onChange: () => this.changed(),
      keepLog: (log) => this.keepLog(log),
    });
    // Whatever it was given: it may come by tokens of its own.
    this.connection = new RedactedConnection(connection, redactor);
  }

  get row(): ServerRow {
    return this.parts.row;
  }

  /** What of secrets it was given. */
  get values(): Pick<ServerValues, 'state' | 'incomplete'> {
    return this.parts.values;
  }

  get status(): ConnectionStatus {
    return this.connection.status;
  }

  get lastError(): ErrorInfo | undefined {
    return this.connection.lastError;
  }

  /** Resolves when connected, with its tools admitted, or when the patience of `ServerConnection.reach` is over; never rejects. */
  async reach(timeoutMs: number): Promise<void> {
    await this.connection.reach(timeoutMs);
    await this.admitting;
  }

  /** Of kinds that have more than tools. */
  get ask(): ServerConnection['ask'] {
    return this.connection.ask?.bind(this.connection);
  }

  /** The first attempt is over, and what was listed is admitted. Never rejects. */
  async settled(): Promise<void> {
    if (this.status === 'connecting') await this.connection.attempt();
    await this.admitting;
  }

  /** Looks again what agents get of its tools, where somebody has accepted a version since this host looked. */
  noteAccepted(acceptedAt: number): void {
    if (acceptedAt === this.acceptedAt) return;
    this.acceptedAt = acceptedAt;
    if (this.listed) this.changed();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.connection.close();
    await this.log?.close();
    await this.admitting;
    await this.saving;
  }

  private keepLog(log: ServerLog): () => void {
    const { row, repository, logger } = this.parts;
    const kept = new KeptLog(row.name, log, repository, logger);
    this.log = kept;
    return () => kept.changed();
  }

  private changed(): void {
    if (this.connection.listed) this.admitting = this.admitting.then(() => this.admit());
    else this.show();
  }

  /** In order; what is listed meanwhile comes after. Never rejects. */
  private async admit(): Promise<void> {
    const { row, validator, kind, versions, logger } = this.parts;
    const options = { pool: row.pool, source: kind.source, validator };
    const described = describeTools(row.definition, this.connection.tools, options);
    // Of two that models would call alike the second is disabled, and has no version.
    const usable = new Map<string, ToolDefinition>();
    for (const { definition, disabled } of described)
      if (!disabled && !usable.has(definition.name)) usable.set(definition.name, definition);
    while (!this.closed) {
      try {
        const admitted = await versions.admit(row, [...usable.values()]);
        const accepted = [...(admitted?.values() ?? [])].map((tool) => tool.accepted.acceptedAt?.getTime() ?? 0);
        this.acceptedAt = accepted.reduce((latest, time) => Math.max(latest, time), this.acceptedAt);
        this.tools = described.map((tool) =>
          tool.disabled
            ? tool
            : { ...tool, definition: admittedDefinition(tool.definition, admitted?.get(tool.definition.name)) },
        );
        this.listed = true;
        this.tellChanges();
        this.show();
        return;
      } catch (error) {
        logger.warn({ server: row.name, reason: messageOf(error) }, 'What a tool server offers could not be recorded');
        await sleep(ADMIT_AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  private show(): void {
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
      tools: this.listed ? usable : row.tools,
      status: this.status,
      lastError: this.lastError ?? (faults && toErrorInfo(faults)),
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
