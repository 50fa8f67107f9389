import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, nonEmptyString } from '../../json.js';
import { ModelError } from '../../model-error.js';
import type { ModelEvent } from '../../model-response.js';
import { AnswerBuilder } from '../answer-builder.js';
import { providerErrorOf, streamedError } from '../provider-error.js';
import type { AnswerReader, ReaderContext, WireEvent } from '../wire-api.js';
import { readChatUsage } from './usage.js';

/** Reads a chat completion, streamed or whole. */
export class ChatReader implements AnswerReader {
  private readonly answer: AnswerBuilder;
  private sawDone = false;

  constructor(private readonly context: ReaderContext) {
    this.answer = new AnswerBuilder(context);
  }

  push(event: WireEvent): ModelEvent[] {
    if (event.text.trim() === '[DONE]') {
      this.sawDone = true;
      return [];
    }
    if (!isJsonObject(event.data)) {
      throw new ModelError({
        kind: 'malformed',
        message: `Backend ${this.context.target.name} sent something that is not JSON: ${event.text.slice(0, 200)}`,
      });
    }
    const { data } = event;
    const error = providerErrorOf(data);
    if (error !== undefined) throw streamedError(error, this.context.target);
    return this.readChunk(data);
  }

  end(): ModelEvent[] {
    // The mark of the end alone is no answer; after text it is what some servers send in place of a finish reason.
    const finished = this.answer.rawFinishReason !== '' || (this.sawDone && !this.answer.isEmpty);
    if (!finished) {
      throw new ModelError({
        kind: 'broken_stream',
        message: `Backend ${this.context.target.name} ended the answer before it was complete (no finish reason). Try again.`,
      });
    }
    return this.answer.finish();
  }

  private readChunk(chunk: JsonObject): ModelEvent[] {
    const { answer } = this;
    answer.responseId ||= nonEmptyString(chunk['id']) ?? '';
    answer.modelId ||= nonEmptyString(chunk['model']) ?? '';
    // Groq puts the usage of a stream into its own envelope. The last report is the whole one.
    const groq = isJsonObject(chunk['x_groq']) ? chunk['x_groq']['usage'] : undefined;
    const rule = this.context.target.profile.usage;
    answer.usage =
      readChatUsage(chunk['usage'], rule, answer.repairs) ?? readChatUsage(groq, rule, answer.repairs) ?? answer.usage;

    const choices = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
    const choice = choices.find((each) => isJsonObject(each) && (each['index'] ?? 0) === 0);
    if (!isJsonObject(choice)) return [];
    answer.usage = readChatUsage(choice['usage'], rule, answer.repairs) ?? answer.usage;
    const events: ModelEvent[] = [];
    if (isJsonObject(choice['delta'])) events.push(...this.readMessage(choice['delta'], false));
    // Whole answers, and streams that close with the whole message: what was streamed already is not taken twice.
    if (isJsonObject(choice['message'])) events.push(...this.readMessage(choice['message'], true));
    const finish = nonEmptyString(choice['finish_reason']);
    if (finish !== undefined) answer.rawFinishReason = finish;
    return events;
  }

  private readMessage(message: JsonObject, whole: boolean): ModelEvent[] {
    const repeated = whole && !this.answer.isEmpty;
    const events: ModelEvent[] = [];
    if (!repeated || !this.answer.hasText) {
      if (!repeated) events.push(...this.readReasoning(message));
      events.push(...this.readContent(message['content']));
      events.push(...this.answer.addText(nonEmptyString(message['refusal']) ?? ''));
    }
    const entries = Array.isArray(message['tool_calls']) ? message['tool_calls'].filter(isJsonObject) : [];
    // Several entries at once without an index are several calls: their place says which.
    const byPlace = whole || entries.length > 1;
    entries.forEach((entry, place) => {
      const index = typeof entry['index'] === 'number' && !whole ? entry['index'] : byPlace ? place : undefined;
      // Most vendors nest under `function`; a few put name and arguments beside the id.
      events.push(...this.readCall(isJsonObject(entry['function']) ? entry['function'] : entry, entry, index));
    });
    if (isJsonObject(message['function_call'])) {
      if (!this.answer.repairs.some((repair) => repair.code === 'legacy_function_call')) {
        this.answer.repairs.push({ code: 'legacy_function_call', detail: 'the call came as function_call' });
      }
      events.push(...this.readCall(message['function_call'], {}, 0));
    }
    return events;
  }

  private readReasoning(message: JsonObject): ModelEvent[] {
    for (const field of this.context.target.profile.reasoning.fields) {
      const text = nonEmptyString(message[field]);
      if (text !== undefined) return this.answer.addReasoning(text);
    }
    return [];
  }

  /** Content is text, or parts (Mistral: `text` and `thinking`). */
  private readContent(content: JsonValue | undefined): ModelEvent[] {
    if (typeof content === 'string') return this.answer.addText(content);
    if (!Array.isArray(content)) return [];
    return content.filter(isJsonObject).flatMap((part) => {
      if (part['type'] === 'thinking') {
        const inner = part['thinking'];
        const texts = Array.isArray(inner) ? inner.map((each) => (isJsonObject(each) ? each['text'] : each)) : [inner];
        return this.answer.addReasoning(texts.map((text) => nonEmptyString(text) ?? '').join(''));
      }
      return this.answer.addText(nonEmptyString(part['text']) ?? '');
    });
  }

  private readCall(call: JsonObject, entry: JsonObject, index: number | undefined): ModelEvent[] {
    const written = call['arguments'];
    const {
      call: raw,
      started,
      text,
    } = this.answer.calls.accept({
      index,
      id: nonEmptyString(entry['id']),
      name: nonEmptyString(call['name']),
      arguments: typeof written === 'string' || isJsonObject(written) ? written : undefined,
    });
    const { callSeal } = this.context.target.profile;
    const seal = callSeal === null ? undefined : entry[callSeal.field];
    if (seal !== undefined) raw.seal = seal;
    const events: ModelEvent[] = [];
    if (started) {
      events.push({ type: 'tool_call_started', callId: raw.callId, name: this.answer.toolName(raw.name) });
    }
    if (text !== '') events.push({ type: 'tool_call_delta', callId: raw.callId, arguments: text });
    return events;
  }
}
