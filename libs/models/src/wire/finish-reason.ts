import type { FinishReason } from '../model-response.js';

/** What providers write, in lower case. */
const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries<FinishReason>({
    stop: 'stop',
    end_turn: 'stop',
    stop_sequence: 'stop',
    eos: 'stop',
    eos_token: 'stop',
    complete: 'stop',
    completed: 'stop',
    tool_calls: 'tool_calls',
    tool_call: 'tool_calls',
    tool_use: 'tool_calls',
    function_call: 'tool_calls',
    length: 'length',
    max_tokens: 'length',
    max_output_tokens: 'length',
    model_length: 'length',
    model_context_window_exceeded: 'length',
    content_filter: 'refused',
    content_filtered: 'refused',
    guardrail_intervened: 'refused',
    refusal: 'refused',
    safety: 'refused',
    sensitive: 'refused',
    recitation: 'refused',
    language: 'refused',
    blocklist: 'refused',
    prohibited_content: 'refused',
    spii: 'refused',
    model_armor: 'refused',
    image_safety: 'refused',
    image_prohibited_content: 'refused',
    image_recitation: 'refused',
    pause_turn: 'paused',
  }),
);

/** The one form of a provider's reason; `other` for a word that nobody knows, after which no call is executed. */
export function finishReasonOf(raw: string): FinishReason {
  return FINISH_REASONS.get(raw.toLowerCase()) ?? 'other';
}
