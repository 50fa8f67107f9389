import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  AskServerReplySchema,
  AskServerRequestSchema,
  SwitchyardError,
  type AskServerRequest,
  type MessageInitShape,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { stillUnavailable, unsupported } from './server-failure.js';
import { ToolServerPool } from './tool-server-pool.service.js';

/** For a server that takes its time; shorter than what who asks waits. */
const TIMEOUT_MS = 30_000;
const FORWARD_MARGIN_MS = 2_000;
/** What one reply on the bus holds, in bytes of its JSON. */
const MAX_REPLY_BYTES = 512 * 1_024;

/** Asks servers for what they have besides tools: resources, prompts, completions. */
@Injectable()
export class ServerContents {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(ToolServerPool) private readonly servers: ToolServerPool,
  ) {}

  /** Where hosts of a pool hear of what is asked of its servers. */
  subjectOf(pool: string): string {
    return this.bus.subjects.rpc('tool-server', pool);
  }

  /** Asked here or, where the server is another pool's, there. @throws SwitchyardError `tool_server.not_found`, and those of `askHere` */
  async ask(request: AskServerRequest, signal: AbortSignal): Promise<MessageInitShape<typeof AskServerReplySchema>> {
    const pool = await this.poolOf(request.name);
    if (pool === this.config.toolHost.pool) return this.askHere(request, signal);
    return this.bus.request(this.subjectOf(pool), AskServerRequestSchema, AskServerReplySchema, request, {
      timeoutMs: TIMEOUT_MS + FORWARD_MARGIN_MS,
      signal,
    });
  }

  /** @throws SwitchyardError `tool_server.unsupported`, `tool_server.reply_too_large`, `tool.unavailable`, `tool.failed`, … */
  async askHere(
    { name, method, params }: AskServerRequest,
    signal: AbortSignal,
  ): Promise<MessageInitShape<typeof AskServerReplySchema>> {
    const connection = this.servers.servers().find(({ row }) => row.name === name)?.connection;
    if (!connection) throw stillUnavailable(name, undefined, 'this tool host does not know it yet');
    if (!connection.ask) throw unsupported(name, method);
    const result = await connection.ask(method, params ?? {}, { signal, timeoutMs: TIMEOUT_MS });
    const bytes = Buffer.byteLength(JSON.stringify(result));
    if (bytes <= MAX_REPLY_BYTES) return { result };
    throw new SwitchyardError(
      'tool_server.reply_too_large',
      `"${name}" answered ${method} with ${bytes} bytes, and a reply has at most ${MAX_REPLY_BYTES}. Ask for less, or let an agent read it.`,
      { details: { server: name, bytes } },
    );
  }

  private async poolOf(name: string): Promise<string> {
    const find = () => this.servers.servers().find(({ row }) => row.name === name);
    if (!find()) await this.servers.reconcile();
    const known = find();
    if (known) return known.row.pool;
    throw new SwitchyardError('tool_server.not_found', `There is no tool server "${name.slice(0, 64)}".`, {
      details: { name: name.slice(0, 64) },
    });
  }
}
