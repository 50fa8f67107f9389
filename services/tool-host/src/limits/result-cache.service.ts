import { Inject, Injectable } from '@nestjs/common';
import {
  contentAddress,
  create,
  ToolResultSchema,
  type JsonObject,
  type ToolCall,
  type ToolResult,
} from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import type { Tool } from '../tools/tool.js';
import { LimitsRepository } from './limits.repository.js';

const FORGET_MS = 60_000;
/** Results larger than this are not kept: asking again costs less than reading them. Bytes of JSON, about. */
const MAX_CACHED = 262_144;

/** Gives results of pure tools again, where people say for how long. Without it everything works: its failures are logged. */
@Injectable()
export class ResultCache {
  private forgottenAt = 0;
  private readonly asked = metrics.counter('switchyard_tool_cache_total', 'Calls of tools whose results are kept.', [
    'tool',
    'outcome',
  ]);

  constructor(
    @Inject(LimitsRepository) private readonly repository: LimitsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** What an earlier call with these arguments gave, as the result of this call. */
  async find(tool: Tool, args: JsonObject, call: ToolCall): Promise<ToolResult | undefined> {
    const { name } = tool.definition;
    if (secondsOf(tool) === 0) return undefined;
    const kept = await this.quietly(name, () => this.repository.cached(keyOf(tool, args, call)));
    this.asked.inc({ tool: name, outcome: kept ? 'hit' : 'miss' });
    return kept && create(ToolResultSchema, { ...kept, callId: call.callId });
  }

  async keep(tool: Tool, args: JsonObject, call: ToolCall, result: ToolResult): Promise<void> {
    const { name } = tool.definition;
    const seconds = secondsOf(tool);
    // A preview's whole is kept for the run that made the call.
    if (seconds === 0 || result.status !== 'ok' || result.kept || JSON.stringify(result.content).length > MAX_CACHED)
      return;
    await this.quietly(name, () => this.repository.cache(keyOf(tool, args, call), result, seconds));
    await this.forgetOld(name);
  }

  private async forgetOld(name: string): Promise<void> {
    if (Date.now() - this.forgottenAt < FORGET_MS) return;
    this.forgottenAt = Date.now();
    await this.quietly(name, () => this.repository.forgetOld());
  }

  private async quietly<Result>(tool: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.logger.warn({ err: error, tool }, 'The kept results of a tool could not be used');
      return undefined;
    }
  }
}

function secondsOf({ definition, limits }: Tool): number {
  return definition.effect === 'pure' ? (limits?.cacheSeconds ?? 0) : 0;
}

/** Of one tenant and one user: what a tool shows to one is not for another. */
function keyOf({ definition: { name, fingerprint } }: Tool, args: JsonObject, { tenant, user }: ToolCall): string {
  return contentAddress({ tenant, user, tool: name, fingerprint, arguments: args });
}
