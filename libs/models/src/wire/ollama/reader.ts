import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, nonEmptyString, stableStringify } from '../../json.js';
import { ModelError } from '../../model-error.js';
import type { ModelEvent } from '../../model-response.js';
import { normaliseUsage } from '../../usage.js';
import { AnswerBuilder } from '../answer-builder.js';
import { providerErrorOf, streamedError } from '../provider-error.js';
import { tokenCount } from '../token-counts.js';
import type { AnswerReader, ReaderContext, WireEvent } from '../wire-api.js';
import { NdjsonDecoder } from './ndjson.js';

/** Reads an answer of `/api/chat`, streamed or whole: both are chunks of one form, the last of which says `done`. */
export class OllamaReader implements AnswerReader {
  private readonly answer: AnswerBuilder;
  private done = false;
  /** Calls without an id of earlier chunks, by name and arguments. */
  private readonly seen = new Set<string>();

  constructor(private readonly context: ReaderContext) {
    this.answer = new AnswerBuilder(context);
    this.answer.finishTellsCalls = false;
    this.answer.callsHavePlaces = false;
  }

  push(event: WireEvent): ModelEvent[] {
    const { data } = event;
    if (data === undefined) {
      // Some proxies pass the lines of a stream on as plain JSON.
      const lines = linesOf(event.text);
      if (lines.length > 1) return lines.flatMap((line) => this.push(line));
    }
    if (!isJsonObject(data)) {
      throw new ModelError({
        kind: 'malformed',
        message: `Backend ${this.context.target.name} sent something that is not JSON: ${event.text.slice(0, 200)}`,
      });
    }
    const error = providerErrorOf(data);
    if (error !== undefined) throw streamedError(error, this.context.target);
    return this.readChunk(data);
  }

  end(): ModelEvent[] {
    if (!this.done) {
      throw new ModelError({
        kind: 'broken_stream',
        message: `Backend ${this.context.target.name} ended the answer before it was complete (no done). Try again.`,
      });
    }
    return this.answer.finish();
  }

  private readChunk(chunk: JsonObject): ModelEvent[] {
    const { answer } = this;
    answer.modelId ||= nonEmptyString(chunk['model']) ?? '';
    const events: ModelEvent[] = [];
    const { message } = chunk;
    if (isJsonObject(message)) {
      events.push(...answer.addReasoning(nonEmptyString(message['thinking']) ?? ''));
      events.push(...answer.addText(nonEmptyString(message['content']) ?? ''));
      events.push(...this.readCalls(message['tool_calls']));
    }
    if (chunk['done'] === true) {
      this.done = true;
      answer.rawFinishReason = nonEmptyString(chunk['done_reason']) ?? answer.rawFinishReason;
    }
    this.readUsage(chunk);
    return events;
  }

  /** Calls come whole. Their `index` is 0 for each of several models, so it says nothing. */
  private readCalls(calls: JsonValue | undefined): ModelEvent[] {
    const entries = Array.isArray(calls) ? calls.filter(isJsonObject) : [];
    const fresh: string[] = [];
    const events = entries.flatMap((entry) => {
      const definition = isJsonObject(entry['function']) ? entry['function'] : {};
      const providerId = nonEmptyString(entry['id']) ?? '';
      const name = nonEmptyString(definition['name']) ?? '';
      const key = `${name} ${stableStringify(definition['arguments'])}`;
      if (providerId === '') {
        // Twice at once are two calls; again in a later chunk it can only be the same one.
        if (this.seen.has(key)) {
          this.answer.repairs.push({ code: 'call_repeated', detail: `${name} was sent twice` });
          return [];
        }
        fresh.push(key);
      }
      return this.readCall(providerId, name, definition['arguments']);
    });
    for (const key of fresh) this.seen.add(key);
    return events;
  }

  private readCall(providerId: string, name: string, written: JsonValue | undefined): ModelEvent[] {
    const { call, events } = this.answer.beginCall({ providerId, name });
    const text = typeof written === 'string' ? written : JSON.stringify(written ?? {});
    call.fragments.push(text);
    return [...events, { type: 'tool_call_delta', callId: call.callId, arguments: text }];
  }

  /** A prompt that was cached whole is not counted at all by older servers: its part is estimated then. */
  private readUsage(chunk: JsonObject): void {
    const { answer } = this;
    const input = tokenCount(chunk['prompt_eval_count'], answer.repairs);
    const output = tokenCount(chunk['eval_count'], answer.repairs);
    if (input === undefined && output === undefined) return;
    const usage = normaliseUsage(
      {
        input: input ?? answer.estimateInputTokens(),
        cacheRead: 0,
        cacheWrite: 0,
        output: output ?? 0,
        reasoning: 0,
      },
      this.context.target.profile.usage,
    );
    answer.usage = input === undefined ? { ...usage, source: 'estimated' } : usage;
  }
}

function linesOf(text: string): WireEvent[] {
  const decoder = new NdjsonDecoder();
  return [...decoder.push(new TextEncoder().encode(text)), ...decoder.end()];
}
