import type { RawCall } from '../../calls/raw-call.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { count, isJsonObject, nonEmptyString } from '../../json.js';
import type { ReasoningPart } from '../../messages/message.js';
import { ModelError } from '../../model-error.js';
import type { ModelEvent } from '../../model-response.js';
import { normaliseUsage } from '../../usage.js';
import { AnswerBuilder } from '../answer-builder.js';
import { tokenCount } from '../token-counts.js';
import type { AnswerReader, ReaderContext, WireEvent } from '../wire-api.js';
import { streamedException } from './errors.js';
import { DAMAGED } from './event-stream.js';

type Block =
  | { kind: 'call'; call: RawCall }
  | { kind: 'reasoning'; part: ReasoningPart }
  | { kind: 'text' }
  /** Of a tool that the service itself runs: its input and result are no call of ours. */
  | { kind: 'other' };

/** Reads an answer of Converse or ConverseStream. An event's data is `{ [event type]: payload }`. */
export class ConverseReader implements AnswerReader {
  private readonly answer: AnswerBuilder;
  /** Those that are open, by index. */
  private readonly blocks = new Map<number, Block>();
  private readonly usage: Record<string, number> = {};
  private started = false;

  constructor(private readonly context: ReaderContext) {
    this.answer = new AnswerBuilder(context);
  }

  push(event: WireEvent): ModelEvent[] {
    const { data } = event;
    if (event.event === DAMAGED) throw this.malformed(event.text);
    if (!isJsonObject(data)) throw this.malformed(`something that is not JSON: ${event.text.slice(0, 200)}`);
    if (isJsonObject(data['error'])) throw streamedException(data['error'], this.context.target);
    if (data['output'] !== undefined) return this.readWhole(data);
    // Event types that are not known yet say nothing to us, as the protocol demands.
    return Object.entries(data).flatMap(([type, payload]) => this.read(type, isJsonObject(payload) ? payload : {}));
  }

  end(): ModelEvent[] {
    // `messageStop` is the answer's end; what follows it is only the usage.
    if (this.answer.rawFinishReason === '') {
      throw new ModelError({
        kind: 'broken_stream',
        message: `Backend ${this.context.target.name} ended the answer before it was complete (no stop reason). Try again.`,
      });
    }
    const { inputTokens: input, outputTokens: output } = this.usage;
    if (input !== undefined || output !== undefined) {
      this.answer.usage = normaliseUsage(
        {
          input: input ?? 0,
          cacheRead: this.usage['cacheReadInputTokens'] ?? 0,
          cacheWrite: this.usage['cacheWriteInputTokens'] ?? 0,
          output: output ?? 0,
          reasoning: 0,
        },
        this.context.target.profile.usage,
      );
    }
    return this.answer.finish();
  }

  private read(type: string, payload: JsonObject): ModelEvent[] {
    switch (type) {
      case 'messageStart':
        // Without an id: a start within an answer may be a repetition or another answer, which must not be mixed.
        if (this.started && !(this.answer.isEmpty && this.answer.rawFinishReason === ''))
          throw this.malformed('two answers in one stream');
        if (this.started)
          this.answer.repairs.push({ code: 'message_start_repeated', detail: 'messageStart came twice' });
        this.started = true;
        return [];
      case 'contentBlockStart':
        return this.startBlock(indexOf(payload), payload['start']);
      case 'contentBlockDelta':
        return this.extendBlock(indexOf(payload), payload['delta']);
      case 'contentBlockStop':
        this.closeBlock(indexOf(payload));
        return [];
      case 'messageStop':
        this.readStop(payload);
        return [];
      case 'metadata':
        this.readUsage(payload['usage']);
        return [];
      default:
        // Gateways pass exceptions on in the form of the service's model.
        if (/exception$/i.test(type)) throw streamedException({ ...payload, type }, this.context.target);
        return [];
    }
  }

  private readWhole(body: JsonObject): ModelEvent[] {
    const message = isJsonObject(body['output']) ? body['output']['message'] : undefined;
    const content = isJsonObject(message) && Array.isArray(message['content']) ? message['content'] : [];
    const events = content.filter(isJsonObject).flatMap((block, index) => this.readBlock(index, block));
    this.readStop(body);
    this.readUsage(body['usage']);
    return events;
  }

  /** A block of a whole answer, as the deltas that it would have come in. */
  private readBlock(index: number, block: JsonObject): ModelEvent[] {
    const { toolUse, reasoningContent, citationsContent } = block;
    const events: ModelEvent[] = [];
    const extend = (delta: JsonObject): void => void events.push(...this.extendBlock(index, delta));
    if (isJsonObject(toolUse)) {
      events.push(...this.startBlock(index, { toolUse }));
      extend({ toolUse: { input: toolUse['input'] } });
    } else if (isJsonObject(reasoningContent)) {
      const { reasoningText, redactedContent } = reasoningContent;
      if (isJsonObject(reasoningText)) {
        extend({ reasoningContent: { text: reasoningText['text'] } });
        extend({ reasoningContent: { signature: reasoningText['signature'] } });
      }
      extend({ reasoningContent: { redactedContent } });
    } else if (isJsonObject(citationsContent) && Array.isArray(citationsContent['content'])) {
      for (const cited of citationsContent['content']) if (isJsonObject(cited)) extend({ text: cited['text'] });
    } else extend({ text: block['text'] });
    this.closeBlock(index);
    return events;
  }

  private startBlock(index: number, start: JsonValue | undefined): ModelEvent[] {
    const toolUse = isJsonObject(start) ? start['toolUse'] : undefined;
    if (!isJsonObject(toolUse)) {
      // Text and reasoning begin with their first delta; images and results of the service's own tools are not for us.
      const text = isJsonObject(start) && (Object.keys(start).length === 0 || 'text' in start);
      if (!text) this.blocks.set(index, { kind: 'other' });
      return [];
    }
    if (toolUse['type'] === 'server_tool_use') {
      this.blocks.set(index, { kind: 'other' });
      return [];
    }
    const providerId = nonEmptyString(toolUse['toolUseId']) ?? '';
    const name = nonEmptyString(toolUse['name']) ?? '';
    const open = this.blocks.get(index);
    // The same block announced again goes on as it was; another call at an index that is in use is another call.
    if (open?.kind === 'call' && open.call.providerId === providerId && open.call.name === name) return [];
    const { call, events } = this.answer.beginCall({ providerId, name });
    this.blocks.set(index, { kind: 'call', call });
    return events;
  }

  private extendBlock(index: number, delta: JsonValue | undefined): ModelEvent[] {
    if (!isJsonObject(delta)) return [];
    const { text, toolUse, reasoningContent } = delta;
    const block = this.blocks.get(index);
    if (block?.kind === 'other') return [];
    if (isJsonObject(reasoningContent)) return this.think(index, reasoningContent);
    if (isJsonObject(toolUse)) {
      if (block?.kind !== 'call') throw this.malformed('arguments for a call that was not announced');
      return this.extendCall(block.call, toolUse['input']);
    }
    return this.answer.addText(nonEmptyString(text) ?? '');
  }

  private extendCall(call: RawCall, input: JsonValue | undefined): ModelEvent[] {
    // Streams send pieces of text; whole answers, and some gateways, send the object.
    const text = typeof input === 'string' ? input : isJsonObject(input) ? JSON.stringify(input) : '';
    if (text === '') return [];
    call.fragments.push(text);
    return [{ type: 'tool_call_delta', callId: call.callId, arguments: text }];
  }

  private think(index: number, content: JsonObject): ModelEvent[] {
    const text = nonEmptyString(content['text']);
    const signature = nonEmptyString(content['signature']);
    const redacted = nonEmptyString(content['redactedContent']);
    if (text === undefined && signature === undefined && redacted === undefined) return [];
    const part = this.reasoningAt(index);
    if (signature !== undefined) part.signature = (part.signature ?? '') + signature;
    if (redacted !== undefined) part.opaque = joinBase64(part.opaque, redacted);
    part.text += text ?? '';
    return text === undefined ? [] : [{ type: 'reasoning_delta', text }];
  }

  private reasoningAt(index: number): ReasoningPart {
    const open = this.blocks.get(index);
    if (open?.kind === 'reasoning') return open.part;
    const part = this.answer.currentReasoning({ fresh: true });
    this.blocks.set(index, { kind: 'reasoning', part });
    return part;
  }

  private closeBlock(index: number): void {
    const block = this.blocks.get(index);
    // A call without arguments streams nothing: its end says that nothing is missing.
    if (block?.kind === 'call' && block.call.fragments.length === 0) block.call.fragments.push('{}');
    this.blocks.delete(index);
  }

  private readStop(source: JsonObject): void {
    this.answer.rawFinishReason = nonEmptyString(source['stopReason']) ?? this.answer.rawFinishReason;
  }

  private readUsage(usage: JsonValue | undefined): void {
    if (!isJsonObject(usage)) return;
    for (const key of ['inputTokens', 'outputTokens', 'cacheReadInputTokens', 'cacheWriteInputTokens']) {
      const value = tokenCount(usage[key], this.answer.repairs);
      if (value !== undefined) this.usage[key] = Math.max(this.usage[key] ?? 0, value);
    }
  }

  private malformed(detail: string): ModelError {
    return new ModelError({
      kind: 'malformed',
      message: `Backend ${this.context.target.name} sent ${detail}. Try again.`,
    });
  }
}

function indexOf(payload: JsonObject): number {
  return count(payload['contentBlockIndex']) ?? 0;
}

/** Two pieces of a sealed form, each encoded by itself, as one. */
function joinBase64(before: JsonValue | undefined, more: string): string {
  if (typeof before !== 'string') return more;
  return Buffer.concat([Buffer.from(before, 'base64'), Buffer.from(more, 'base64')]).toString('base64');
}
