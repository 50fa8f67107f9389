import type { CanonicalMessage, ToolCallPart } from './messages/message.js';
import type { CoercionCode } from './schema/coerce-arguments.js';
import type { OutputReading } from './schema/structured-output.js';
import type { Usage } from './usage.js';

/**
 * Why a model stopped, in one form. `tool_calls` if and only if the message holds calls and was not cut;
 * `refused` is a content filter or a refusal; `paused` wants the same conversation sent again.
 */
export type FinishReason = 'stop' | 'tool_calls' | 'length' | 'refused' | 'paused' | 'other';

export type RejectionCode =
  /** The answer was cut (output limit, filter) while calls were written. */
  | 'truncated'
  /** Written as text, in a form that cannot be read. */
  | 'malformed_call'
  /** The arguments are not a JSON object. */
  | 'malformed_arguments'
  /** No tool of this name was offered. */
  | 'unknown_tool'
  /** The arguments do not satisfy the tool's schema. */
  | 'invalid_arguments'
  /** The tool's own schema cannot be used. */
  | 'invalid_schema';

/** A call that must not be executed. Its call stands in the message and must be answered with an error result. */
export interface RejectedCall {
  call: ToolCallPart;
  code: RejectionCode;
  /** What is wrong, written for the model, so that it can try again. */
  reason: string;
  /** The arguments as they were written, cut to 2,000 characters. */
  raw: string;
}

export type RepairCode =
  | 'arguments_object'
  | 'arguments_cumulative'
  | 'arguments_repeated'
  | 'arguments_double_encoded'
  | 'arguments_empty'
  | 'call_repeated'
  | 'calls_unwrapped'
  | 'name_prefixed'
  | 'name_joined'
  | 'legacy_function_call'
  | 'finish_corrected'
  | 'finish_missing'
  | 'message_start_repeated'
  | 'text_repeated'
  | 'usage_ignored'
  | 'marker_missing'
  | 'marker_stray'
  | 'reasoning_unopened'
  | 'reasoning_unclosed'
  | 'json_control_characters'
  | 'python_literal'
  /** The result was given together with calls, which have to be answered first. */
  | 'result_early'
  | CoercionCode;

/** Something that the reader put right without guessing. */
export interface Repair {
  code: RepairCode;
  detail: string;
}

/** A whole answer. */
export interface ModelResponse {
  /** Role `assistant`. Holds every call, accepted or rejected: each needs a result before the next turn. */
  message: CanonicalMessage;
  /** Calls that are whole, name a known tool and satisfy its schema: these and only these may be executed. */
  toolCalls: ToolCallPart[];
  rejectedCalls: RejectedCall[];
  finishReason: FinishReason;
  /** As the provider wrote it; empty when it wrote none. */
  rawFinishReason: string;
  usage: Usage;
  /** The model id as answered; the one asked for when the provider does not say. */
  modelId: string;
  /** Empty when the provider gave none. */
  responseId: string;
  repairs: Repair[];
  /** Where a value was asked for, and the turn holds no calls: the value, or why there is none. */
  output?: OutputReading;
}

/** What is seen while an answer arrives. Deltas are for showing; decide on the response. */
export type ModelEvent =
  | { type: 'text_delta'; text: string }
  | { type: 'reasoning_delta'; text: string }
  | { type: 'tool_call_started'; callId: string; name: string }
  | { type: 'tool_call_delta'; callId: string; arguments: string }
  | { type: 'usage'; usage: Usage }
  | { type: 'finish'; reason: FinishReason }
  | { type: 'response'; response: ModelResponse };
