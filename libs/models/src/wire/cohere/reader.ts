import type { JsonObject, JsonValue } from '../../json.js';
import { count, isJsonObject, nonEmptyString } from '../../json.js';
import { ModelError } from '../../model-error.js';
import type { ModelEvent } from '../../model-response.js';
import { AnswerBuilder } from '../answer-builder.js';
import { providerErrorOf, streamedError } from '../provider-error.js';
import type { AnswerReader, ReaderContext, WireEvent } from '../wire-api.js';
import { readCohereUsage } from './usage.js';

/**
 * Reads an answer of Cohere's Chat API, streamed or whole. What the model says before its calls (`tool_plan`) is reasoning:
 * it speaks to itself about what to do next.
 */
export class CohereReader implements AnswerReader {
  private readonly answer: AnswerBuilder;
  private sawDone = false;

  constructor(private readonly context: ReaderContext) {
    this.answer = new AnswerBuilder(context);
  }

  push(event: WireEvent): ModelEvent[] {
    const { data } = event;
    if (!isJsonObject(data)) {
      // Servers that imitate this wire (vLLM) close with OpenAI's mark.
      if (event.text.trim() === '[DONE]') {
        this.sawDone = true;
        return [];
      }
      throw new ModelError({
        kind: 'malformed',
        message: `Backend ${this.context.target.name} sent something that is not JSON: ${event.text.slice(0, 200)}`,
      });
    }
    // An error at the end of a stream stands within its delta.
    const error = providerErrorOf(data) ?? providerErrorOf(data['delta']);
    if (error !== undefined) throw streamedError(error, this.context.target);
    const type = nonEmptyString(data['type']) ?? event.event;
    return type === undefined ? this.readWhole(data) : this.readEvent(type, data);
  }

  end(): ModelEvent[] {
    if (this.answer.rawFinishReason === '' && (!this.sawDone || this.answer.isEmpty)) {
      throw new ModelError({
        kind: 'broken_stream',
        message: `Backend ${this.context.target.name} ended the answer before it was complete (no message-end). Try again.`,
      });
    }
    return this.answer.finish();
  }

  private readEvent(type: string, data: JsonObject): ModelEvent[] {
    const delta = objectAt(data, 'delta');
    const message = objectAt(delta, 'message');
    switch (type) {
      case 'message-start':
        this.answer.responseId ||= nonEmptyString(data['id']) ?? '';
        return [];
      case 'content-start':
      case 'content-delta':
        return this.readContent(message['content']);
      case 'tool-plan-delta':
        return this.readPlan(message['tool_plan'] ?? delta['tool_plan']);
      case 'tool-call-start':
      case 'tool-call-delta':
        return this.readCalls(message['tool_calls'], count(data['index']));
      case 'message-end':
        this.readEnd(delta);
        return [];
      default:
        // The ends of parts, citations, and events of later versions.
        return [];
    }
  }

  private readWhole(data: JsonObject): ModelEvent[] {
    const message = objectAt(data, 'message');
    this.answer.responseId = nonEmptyString(data['id']) ?? '';
    this.readEnd(data);
    return [
      ...this.readPlan(message['tool_plan']),
      ...this.readContent(message['content']),
      ...this.readCalls(message['tool_calls'], undefined),
    ];
  }

  /** One part in a stream, all parts in a whole answer; plain text where a server makes it simple. */
  private readContent(content: JsonValue | undefined): ModelEvent[] {
    if (typeof content === 'string') return this.answer.addText(content);
    const parts = Array.isArray(content) ? content : [content];
    return parts
      .filter(isJsonObject)
      .flatMap((part) => [
        ...this.answer.addReasoning(nonEmptyString(part['thinking']) ?? ''),
        ...this.answer.addText(nonEmptyString(part['text']) ?? ''),
      ]);
  }

  private readPlan(plan: JsonValue | undefined): ModelEvent[] {
    return this.answer.addReasoning(nonEmptyString(plan) ?? '');
  }

  /** A stream has one call where a whole answer has a list; some servers keep the list. */
  private readCalls(calls: JsonValue | undefined, index: number | undefined): ModelEvent[] {
    const entries = (Array.isArray(calls) ? calls : [calls]).filter(isJsonObject);
    return entries.flatMap((entry, place) => {
      const call = objectAt(entry, 'function');
      const written = call['arguments'];
      const {
        call: raw,
        started,
        text,
      } = this.answer.calls.accept({
        index: entries.length > 1 ? (index ?? 0) + place : index,
        id: nonEmptyString(entry['id']),
        name: nonEmptyString(call['name']),
        // Null and nothing at all stand for no arguments.
        arguments: typeof written === 'string' || isJsonObject(written) ? written : undefined,
      });
      return [
        ...(started
          ? [{ type: 'tool_call_started' as const, callId: raw.callId, name: this.answer.toolName(raw.name) }]
          : []),
        ...(text === '' ? [] : [{ type: 'tool_call_delta' as const, callId: raw.callId, arguments: text }]),
      ];
    });
  }

  private readEnd(source: JsonObject): void {
    const { answer } = this;
    answer.rawFinishReason = nonEmptyString(source['finish_reason']) ?? answer.rawFinishReason;
    answer.usage = readCohereUsage(source['usage'], this.context.target.profile.usage, answer.repairs) ?? answer.usage;
  }
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}
