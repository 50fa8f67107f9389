import type { CanonicalMessage, JsonObject, ToolDefinition } from '@switchyard/models';

/** A request, whichever wire it came over. */
export interface SimulatedRequest {
  model: string;
  messages: CanonicalMessage[];
  tools: ToolDefinition[];
  toolChoice: 'auto' | 'none' | 'required' | { name: string };
  parallelToolCalls: boolean;
  stream: boolean;
  /** OpenAI reports usage in a stream only when asked; Anthropic always. */
  streamUsage: boolean;
  maxOutputTokens: number;
  /** Responses API: whether reasoning is answered with the sealed form that can be sent back. */
  sealsReasoning?: boolean;
}

export interface SimulatedCall {
  id: string;
  name: string;
  arguments: JsonObject;
}

/** What is answered, before a wire gives it its form. */
export interface SimulatedAnswer {
  reasoning: string;
  text: string;
  calls: SimulatedCall[];
  /** `length` when the output limit cut it. */
  finish: 'stop' | 'tool_calls' | 'length';
  /** Characters of a streamed piece of text; about three words where it does not say. */
  pieceLength?: number;
}

/** A wrong request, answered as a real endpoint would. */
export class WireRefusal extends Error {
  override readonly name = 'WireRefusal';

  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly code: string | null = null,
  ) {
    super(message);
  }
}
