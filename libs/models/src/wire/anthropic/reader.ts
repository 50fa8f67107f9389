import type { RawCall } from '../../calls/raw-call.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { count, isJsonObject, nonEmptyString } from '../../json.js';
import type { ReasoningPart } from '../../messages/message.js';
import { ModelError } from '../../model-error.js';
import type { ModelEvent } from '../../model-response.js';
import { normaliseUsage } from '../../usage.js';
import { AnswerBuilder } from '../answer-builder.js';
import { providerErrorOf, streamedError } from '../provider-error.js';
import { tokenCount } from '../token-counts.js';
import type { AnswerReader, ReaderContext, WireEvent } from '../wire-api.js';
import { withIterations } from './iterations.js';

type Block =
  { kind: 'call'; call: RawCall } | { kind: 'reasoning'; part: ReasoningPart } | { kind: 'text' } | { kind: 'other' };

/** Reads an answer of the Messages API, streamed or whole. */
export class MessagesReader implements AnswerReader {
  private readonly answer: AnswerBuilder;
  private readonly blocks = new Map<number, Block>();
  private readonly usage: Record<string, number> = {};
  private iterations: JsonValue | undefined;
  private started = false;
  private stopped = false;

  constructor(private readonly context: ReaderContext) {
    this.answer = new AnswerBuilder(context);
  }

  push(event: WireEvent): ModelEvent[] {
    const { data } = event;
    if (!isJsonObject(data)) {
      // Proxies that imitate this wire sometimes close with OpenAI's mark.
      if (event.text.trim() === '[DONE]') return [];
      throw this.malformed(`something that is not JSON: ${event.text.slice(0, 200)}`);
    }
    const error = providerErrorOf(data);
    if (error !== undefined) throw streamedError(error, this.context.target);
    switch (nonEmptyString(data['type']) ?? event.event) {
      case 'message_start':
        return this.startMessage(isJsonObject(data['message']) ? data['message'] : {});
      case 'message':
        return this.readWhole(data);
      case 'content_block_start':
        return this.startBlock(indexOf(data), isJsonObject(data['content_block']) ? data['content_block'] : {});
      case 'content_block_delta':
        return this.extendBlock(indexOf(data), isJsonObject(data['delta']) ? data['delta'] : {});
      case 'content_block_stop': {
        // A call without arguments streams nothing: its end says that nothing is missing.
        const block = this.blocks.get(indexOf(data));
        if (block?.kind === 'call' && block.call.fragments.length === 0) block.call.fragments.push('{}');
        return [];
      }
      case 'message_delta':
        if (isJsonObject(data['delta'])) this.readStop(data['delta']);
        this.readUsage(data['usage']);
        return [];
      case 'message_stop':
        this.stopped = true;
        return [];
      default:
        // `ping`, and events of later versions, which clients must ignore.
        return [];
    }
  }

  end(): ModelEvent[] {
    // The stop reason is the answer's end; `message_stop` after it carries nothing.
    if (this.answer.rawFinishReason === '' && (!this.stopped || this.answer.isEmpty)) {
      throw new ModelError({
        kind: 'broken_stream',
        message: `Backend ${this.context.target.name} ended the answer before it was complete (no stop reason). Try again.`,
      });
    }
    const usage = withIterations(this.usage, this.iterations, this.answer.repairs);
    const { input_tokens: input, output_tokens: output } = usage;
    if (input !== undefined || output !== undefined) {
      this.answer.usage = normaliseUsage(
        {
          input: input ?? 0,
          cacheRead: usage['cache_read_input_tokens'] ?? 0,
          cacheWrite: usage['cache_creation_input_tokens'] ?? 0,
          output: output ?? 0,
          reasoning: 0,
        },
        this.context.target.profile.usage,
      );
    }
    return this.answer.finish();
  }

  private startMessage(message: JsonObject): ModelEvent[] {
    const id = nonEmptyString(message['id']) ?? '';
    if (this.started) {
      // Seen behind gateways: the same start again is harmless, another one means that two answers were mixed.
      if (id !== this.answer.responseId) throw this.malformed('two answers in one stream');
      this.answer.repairs.push({ code: 'message_start_repeated', detail: 'message_start came twice' });
      return [];
    }
    this.started = true;
    this.answer.responseId = id;
    this.answer.modelId = nonEmptyString(message['model']) ?? '';
    this.readUsage(message['usage']);
    return [];
  }

  private readWhole(message: JsonObject): ModelEvent[] {
    this.startMessage(message);
    const content = Array.isArray(message['content']) ? message['content'].filter(isJsonObject) : [];
    const events = content.flatMap((block, index) => [
      ...this.startBlock(index, block),
      ...this.push({ data: { type: 'content_block_stop', index }, text: '' }),
    ]);
    this.readStop(message);
    return events;
  }

  private startBlock(index: number, block: JsonObject): ModelEvent[] {
    // A block that is announced again (repeated start) goes on as it was.
    if (this.blocks.has(index)) return [];
    switch (block['type']) {
      case 'text':
        this.blocks.set(index, { kind: 'text' });
        return this.answer.addText(nonEmptyString(block['text']) ?? '');
      case 'thinking':
      case 'redacted_thinking': {
        const part = this.answer.currentReasoning({ fresh: true });
        this.blocks.set(index, { kind: 'reasoning', part });
        const signature = nonEmptyString(block['signature']);
        if (signature !== undefined) part.signature = signature;
        if (block['type'] === 'redacted_thinking' && block['data'] !== undefined) part.opaque = block['data'];
        return this.thought(part, nonEmptyString(block['thinking']) ?? '');
      }
      case 'tool_use': {
        const { call, events } = this.answer.beginCall({
          providerId: nonEmptyString(block['id']) ?? '',
          name: nonEmptyString(block['name']) ?? '',
        });
        this.blocks.set(index, { kind: 'call', call });
        const input = block['input'];
        // Streams announce `{}` and send the text in deltas; whole answers and some imitations have all of it here.
        if (isJsonObject(input) && Object.keys(input).length > 0) {
          const text = JSON.stringify(input);
          call.fragments.push(text);
          events.push({ type: 'tool_call_delta', callId: call.callId, arguments: text });
        }
        return events;
      }
      default:
        this.blocks.set(index, { kind: 'other' });
        return [];
    }
  }

  private extendBlock(index: number, delta: JsonObject): ModelEvent[] {
    const block = this.blocks.get(index);
    switch (delta['type']) {
      case 'text_delta':
        return this.answer.addText(nonEmptyString(delta['text']) ?? '');
      case 'thinking_delta':
        return block?.kind === 'reasoning' ? this.thought(block.part, nonEmptyString(delta['thinking']) ?? '') : [];
      case 'signature_delta':
        if (block?.kind === 'reasoning') {
          block.part.signature = (block.part.signature ?? '') + (nonEmptyString(delta['signature']) ?? '');
        }
        return [];
      case 'input_json_delta': {
        if (block?.kind !== 'call') {
          if (block?.kind === 'other') return [];
          throw this.malformed('arguments for a call that was not announced');
        }
        const text = nonEmptyString(delta['partial_json']) ?? '';
        if (text === '') return [];
        block.call.fragments.push(text);
        return [{ type: 'tool_call_delta', callId: block.call.callId, arguments: text }];
      }
      default:
        return [];
    }
  }

  private thought(part: ReasoningPart, text: string): ModelEvent[] {
    part.text += text;
    return text === '' ? [] : [{ type: 'reasoning_delta', text }];
  }

  private readStop(source: JsonObject): void {
    this.answer.rawFinishReason = nonEmptyString(source['stop_reason']) ?? this.answer.rawFinishReason;
  }

  /** The start reports the input, the end the output; counts are totals so far, so the largest one is the last. */
  private readUsage(usage: unknown): void {
    if (!isJsonObject(usage)) return;
    this.iterations = usage['iterations'] ?? this.iterations;
    for (const key of ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']) {
      const value = tokenCount(usage[key], this.answer.repairs);
      if (value !== undefined) this.usage[key] = Math.max(value, this.usage[key] ?? 0);
    }
  }

  private malformed(what: string): ModelError {
    return new ModelError({ kind: 'malformed', message: `Backend ${this.context.target.name} sent ${what}.` });
  }
}

function indexOf(data: JsonObject): number {
  return count(data['index']) ?? 0;
}
