import { validateArguments } from '../calls/argument-validator.js';
import type { JsonObject } from '../json.js';
import { parseJson } from '../json.js';
import { ModelError } from '../model-error.js';
import type { ToolDefinition } from '../model-request.js';
import type { FinishReason, ModelEvent, ModelResponse, Repair } from '../model-response.js';
import { reasoningOf, textOf } from '../messages/message-helpers.js';
import type { DialectReading } from '../dialects/read-dialect.js';
import type { Profile, ProfileInit, WireApiName } from '../profile/profile.js';
import { defineProfile } from '../profile/profile.js';
import { PROFILE_SCHEMA } from '../profile/profile-schema.js';
import type { Usage } from '../usage.js';
import { createAnswerReader } from './output-reader.js';
import { SseDecoder } from './sse.js';
import type { WireApi, WireEvent } from './wire-api.js';
import { wireApi } from './wire-apis.js';

/** What a response says, or how far it came before it failed. */
export interface WireReading extends Omit<DialectReading, 'repairs'> {
  repairs: Repair[];
  /** Null where the answer is not whole. */
  finish: FinishReason | null;
  usage: Usage | null;
  error: { kind: ModelError['kind']; code: string; message: string; retryAfterMs?: number } | null;
}

export interface WireReadOptions {
  api: WireApiName;
  /** What differs from the defaults of the API: see `PROFILE_SCHEMA`. */
  profile?: JsonObject;
  tools?: readonly ToolDefinition[];
}

/**
 * Reads a response as it was recorded: a JSON body, a stream's text, or a binary stream in base64 (Bedrock).
 *
 * @throws ModelError `model.profile_invalid`; what the response itself says of a failure is in `error`
 */
export function readBody(body: string, { api, profile = {}, tools = [] }: WireReadOptions): WireReading {
  const wire = wireApi(api);
  let minted = 0;
  const seen = { content: '', reasoning: '' };
  const whole = completed(profile, api);
  try {
    const reader = createAnswerReader(wire, {
      target: { name: 'recorded', model: '', profile: whole },
      request: { messages: [], tools },
      mintCallId: () => `call_${++minted}`,
    });
    let response: ModelResponse | undefined;
    const take = (events: readonly ModelEvent[]): void => {
      for (const event of events) {
        if (event.type === 'text_delta') seen.content += event.text;
        else if (event.type === 'reasoning_delta') seen.reasoning += event.text;
        else if (event.type === 'response') response = event.response;
      }
    };
    for (const event of eventsOf(body, wire)) take(reader.push(event));
    take(reader.end());
    if (response === undefined) throw new Error('the reader ended without a response: a defect in the wire adapter');
    return readingOf(response);
  } catch (error) {
    if (!ModelError.is(error)) throw error;
    const { kind, code, message, retryAfterMs } = error;
    const told = { kind, code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    return { ...seen, calls: [], rejected: [], repairs: [], finish: null, usage: null, error: told };
  }
}

function completed(profile: JsonObject, api: WireApiName): Profile {
  const verdict = validateArguments(PROFILE_SCHEMA, profile);
  if (!verdict.ok) {
    throw new ModelError({
      kind: 'bad_request',
      code: 'model.profile_invalid',
      message: `The profile cannot be used. ${verdict.reason}`,
    });
  }
  return defineProfile({ ...(profile as Partial<ProfileInit>), api });
}

function readingOf(response: ModelResponse): WireReading {
  const { message, toolCalls, rejectedCalls, repairs, finishReason, usage } = response;
  return {
    content: textOf(message),
    reasoning: reasoningOf(message),
    calls: toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args })),
    rejected: rejectedCalls.map(({ call, raw, code, reason }) => ({ name: call.name, raw, code, reason })),
    repairs,
    finish: finishReason,
    usage,
    error: null,
  };
}

function eventsOf(body: string, wire: WireApi): WireEvent[] {
  const data = parseJson(body);
  if (data !== undefined) return [{ data, text: body }];
  const decoder = wire.createDecoder?.() ?? new SseDecoder();
  return [...decoder.push(bytesOf(body, wire)), ...decoder.end()];
}

/** A binary stream cannot stand in JSON as it is. */
function bytesOf(body: string, wire: WireApi): Uint8Array {
  const binary = wire.name === 'bedrock' && /^[\w+/=\s-]+$/u.test(body);
  return binary ? Buffer.from(body, 'base64') : new TextEncoder().encode(body);
}
