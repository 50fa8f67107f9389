import type { JsonObject, JsonValue, ToolCall, ToolDefinition } from '@switchyard/contracts';
import type { CallInput } from './call-input.js';

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

/** Of two effect classes the one that is attempted less easily again. */
export function moreCareful(one: string, other: string): Effect {
  const rank = (effect: string) => EFFECTS.indexOf(effectClass(effect));
  return effectClass(rank(one) > rank(other) ? one : other);
}

/** The parts of a result, in the canonical form of the models library. */
export type ToolPart = { type: 'text'; text: string } | { type: 'image'; mediaType: string; data: string };

export interface ToolOutput {
  content: ToolPart[];
  /** The same as a value, where the tool gives one: what its result schema is about. */
  structured?: JsonValue;
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
  /** Tools that this call may call in turn, as the executor says; none for most tools. */
  readonly granted?: readonly string[];
  /** Aborted when the run is cancelled, the time is up or the host stops. */
  readonly signal: AbortSignal;
  /** What is left of the tool's time, in ms. */
  readonly timeoutMs: number;
  /** Says that the tool is at work: its time begins anew, up to the longest that it may take. */
  readonly alive?: () => void;
  /** Where somebody is there whom the tool could ask. */
  readonly input?: CallInput;
}

/** What people allow of a tool, over all hosts. 0: as much as may be. */
export interface ToolLimits {
  /** Calls at once. */
  readonly concurrency: number;
  readonly callsPerMinute: number;
  /** For so long a pure tool's result is given again for the same arguments; 0: never. */
  readonly cacheSeconds: number;
}

/** What is decided by the effect of one call, where that is not the same for all calls of its tool. */
export interface CallEffects {
  /** Whether it is attempted again after a crash. */
  attempts: Effect;
  /** What it counts as where it was begun and nobody knows how far it came. */
  doubt: Effect;
}

/** Something that can be called: built in, or on a server. */
export interface Tool {
  readonly definition: ToolDefinition;
  /** Absent where there are none. */
  readonly limits?: ToolLimits;
  /** Absent: the definition's effect, for both. */
  readonly effectsOf?: (call: ToolCall) => CallEffects;
  /**
   * How long it may take to come to an end once its signal is aborted, in ms, and then says itself whether anything is in
   * doubt. Absent: it is left behind at once, in doubt.
   */
  readonly stopsWithinMs?: number;
  /** The longest that a call may take that shows signs of life, in ms. Absent: its time-out. */
  readonly longestMs?: number;
  /** @throws SwitchyardError; `OutcomeInDoubt` when the effect may have happened. */
  run(args: JsonObject, context: ToolContext): Promise<ToolOutput>;
}

/** What a call of this tool does. An effect that nobody knows is the careful one. */
export function effectsOf({ definition, effectsOf: own }: Tool, call: ToolCall): CallEffects {
  if (own) return own(call);
  const effect = effectClass(definition.effect);
  return { attempts: effect, doubt: effect };
}

export function text(value: string): ToolOutput {
  return { content: [{ type: 'text', text: value }] };
}
