import type { JsonObject } from '../../json.js';
import { count, isJsonObject, nonEmptyString } from '../../json.js';
import { ModelError } from '../../model-error.js';
import type { ModelEvent } from '../../model-response.js';
import { AnswerBuilder } from '../answer-builder.js';
import { readChatUsage } from '../openai-chat/usage.js';
import { providerErrorOf, streamedError } from '../provider-error.js';
import type { AnswerReader, ReaderContext, WireEvent } from '../wire-api.js';
import type { ItemKey } from './output-item.js';
import { OutputItems } from './output-items.js';

/**
 * Reads an answer of the Responses API, streamed or whole. Neither `sequence_number` nor the ids of items are relied on:
 * imitations leave the first out, and GitHub Copilot gives every event another id.
 */
export class ResponsesReader implements AnswerReader {
  private readonly answer: AnswerBuilder;
  private readonly items: OutputItems;

  constructor(private readonly context: ReaderContext) {
    this.answer = new AnswerBuilder(context);
    this.answer.finishTellsCalls = false;
    this.items = new OutputItems(this.answer);
  }

  push(event: WireEvent): ModelEvent[] {
    const { data } = event;
    if (!isJsonObject(data)) {
      // Proxies and imitations close with the mark of chat completions. It says nothing here.
      if (event.text.trim() === '[DONE]') return [];
      throw this.malformed(`something that is not JSON: ${event.text.slice(0, 200)}`);
    }
    const type = nonEmptyString(data['type']) ?? event.event;
    const error = providerErrorOf(data) ?? (type === 'error' ? providerErrorOf({ error: data }) : undefined);
    if (error !== undefined) throw streamedError(error, this.context.target);
    return this.read(type, data);
  }

  end(): ModelEvent[] {
    const { answer, items } = this;
    if (answer.rawFinishReason === '') {
      throw new ModelError({
        kind: 'broken_stream',
        message: `Backend ${this.context.target.name} ended the answer before it was complete (no response.completed). Try again.`,
      });
    }
    const events = items.finish();
    if (answer.rawFinishReason === 'completed') {
      if (items.refused) answer.rawFinishReason = 'refusal';
      // A call that was cut, within a response that says it is whole: nothing of it is executed.
      if (items.doubtful) answer.rawFinishReason = 'incomplete';
    }
    return [...events, ...answer.finish()];
  }

  private read(type: string | undefined, data: JsonObject): ModelEvent[] {
    const { items } = this;
    const key = keyOf(data);
    const delta = nonEmptyString(data['delta']) ?? '';
    const place = count(data['content_index']) ?? 0;
    switch (type) {
      case 'response.created':
        return this.begin(isJsonObject(data['response']) ? data['response'] : {});
      case 'response.output_item.added':
        return items.announce(isJsonObject(data['item']) ? data['item'] : {}, key.index);
      case 'response.output_item.done':
        return items.close(isJsonObject(data['item']) ? data['item'] : {}, key.index);
      case 'response.output_text.delta':
      case 'response.refusal.delta': {
        const message = items.message(key);
        if (type === 'response.refusal.delta') message.refused = true;
        return message.closed ? [] : message.extend(place, delta);
      }
      case 'response.output_text.done':
      case 'response.refusal.done': {
        const message = items.message(key);
        if (type === 'response.refusal.done') message.refused = true;
        const whole = nonEmptyString(data['text']) ?? nonEmptyString(data['refusal']) ?? '';
        return message.closed ? [] : message.completePart(place, whole);
      }
      case 'response.function_call_arguments.delta': {
        const call = items.call(key);
        return call.closed ? [] : call.extend(delta);
      }
      case 'response.function_call_arguments.done': {
        const call = items.call(key);
        return [...call.identify(data), ...call.settle(data['arguments'])];
      }
      default:
        return this.readReasoning(type, data, key) ?? this.readEnd(type, data);
    }
  }

  private readReasoning(type: string | undefined, data: JsonObject, key: ItemKey): ModelEvent[] | undefined {
    const match = /^response\.reasoning_(summary_text|text)\.(delta|done)$/.exec(type ?? '');
    if (match === null) return undefined;
    const item = this.items.reasoning(key);
    if (item.closed) return [];
    const source = match[1] === 'text' ? 'content' : 'summary';
    const place = count(data[`${source}_index`]) ?? 0;
    return match[2] === 'delta'
      ? item.extend(source, place, nonEmptyString(data['delta']) ?? '')
      : item.completePart(source, place, nonEmptyString(data['text']) ?? '');
  }

  private readEnd(type: string | undefined, data: JsonObject): ModelEvent[] {
    const match = /^response\.(completed|incomplete|failed|cancelled|done)$/.exec(type ?? '');
    // Most imitations name the end and repeat the response as it was; its own word counts only where it says less.
    if (match !== null) return this.readResponse(isJsonObject(data['response']) ? data['response'] : {}, match[1]);
    // A whole body; also one that comes as the only event of a stream.
    if (data['object'] === 'response' || Array.isArray(data['output'])) return this.readResponse(data, undefined);
    // Parts that begin, hosted tools at work, annotations, and events of later versions, which clients must ignore.
    return [];
  }

  private begin(response: JsonObject): ModelEvent[] {
    const id = nonEmptyString(response['id']) ?? '';
    if (!this.items.isEmpty && id !== this.answer.responseId) throw this.malformed('two answers in one stream');
    this.identify(response);
    return [];
  }

  private readResponse(response: JsonObject, told: string | undefined): ModelEvent[] {
    const { answer } = this;
    this.identify(response);
    answer.usage = readChatUsage(response['usage'], this.context.target.profile.usage, answer.repairs) ?? answer.usage;
    const status = statusOf(nonEmptyString(response['status']), told);
    if (status === 'failed' || isJsonObject(response['error'])) throw this.failure(response);
    const events = this.items.settle(response['output']);
    const details = isJsonObject(response['incomplete_details']) ? response['incomplete_details'] : {};
    // A response that is still worked on (`background`) is no answer yet.
    if (status !== 'queued' && status !== 'in_progress')
      answer.rawFinishReason = nonEmptyString(details['reason']) ?? status;
    return events;
  }

  private identify(response: JsonObject): void {
    this.answer.responseId ||= nonEmptyString(response['id']) ?? '';
    this.answer.modelId ||= nonEmptyString(response['model']) ?? '';
  }

  private failure(response: JsonObject): ModelError {
    const error = providerErrorOf(response) ?? providerErrorOf({ error: 'the response failed without a reason' });
    return error === undefined ? this.malformed('a failed response') : streamedError(error, this.context.target);
  }

  private malformed(what: string): ModelError {
    return new ModelError({ kind: 'malformed', message: `Backend ${this.context.target.name} sent ${what}.` });
  }
}

function keyOf(data: JsonObject): ItemKey {
  return { index: count(data['output_index']), id: nonEmptyString(data['item_id']) ?? '' };
}

function statusOf(status: string | undefined, told: string | undefined): string {
  if (told === undefined || told === 'done') return status ?? 'completed';
  return told === 'completed' && (status === 'incomplete' || status === 'failed' || status === 'cancelled')
    ? status
    : told;
}
