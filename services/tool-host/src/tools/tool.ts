import type { JsonObject, ToolDefinition } from '@switchyard/contracts';

/** What a call does to the outside world; decides whether it may be attempted again. */
export type Effect = 'pure' | 'idempotent' | 'irreversible';

export const EFFECTS: readonly Effect[] = ['pure', 'idempotent', 'irreversible'];

export function isEffect(value: unknown): value is Effect {
  return EFFECTS.some((effect) => effect === value);
}

/** An effect class as it stands in a definition; what is none counts as the careful one. */
export function effectClass(value: string): Effect {
  return isEffect(value) ? value : 'irreversible';
}

/** The parts of a result, in the canonical form of the models library. */
export type ToolPart = { type: 'text'; text: string } | { type: 'image'; mediaType: string; data: string };

export interface ToolOutput {
  content: ToolPart[];
  /** The tool ran and says itself that it failed. */
  isError?: boolean;
}

/** For whom a tool works, and when it must stop. */
export interface ToolContext {
  readonly tenant: string;
  readonly runId: string;
  /** Also the idempotency key: the same for every attempt at the same call, and for no other call. */
  readonly callId: string;
  readonly agent: string;
  readonly user: string;
  readonly thread: string;
  /** Aborted when the run is cancelled, the time is up or the host stops. */
  readonly signal: AbortSignal;
  /** What is left of the tool's time, in ms. */
  readonly timeoutMs: number;
}

/** What people allow of a tool, over all hosts. 0: as much as may be. */
export interface ToolLimits {
  /** Calls at once. */
  readonly concurrency: number;
  readonly callsPerMinute: number;
  /** For so long a pure tool's result is given again for the same arguments; 0: never. */
  readonly cacheSeconds: number;
}

/** Something that can be called: built in, or on a server. */
export interface Tool {
  readonly definition: ToolDefinition;
  /** Absent where there are none. */
  readonly limits?: ToolLimits;
  /** @throws SwitchyardError; `OutcomeInDoubt` when the effect may have happened. */
  run(args: JsonObject, context: ToolContext): Promise<ToolOutput>;
}

export function text(value: string): ToolOutput {
  return { content: [{ type: 'text', text: value }] };
}
