import { isJsonObject, nonEmptyString } from '../../json.js';
import { ModelError } from '../../model-error.js';
import type { ModelEvent } from '../../model-response.js';
import { AnswerBuilder } from '../answer-builder.js';
import { readChatUsage } from '../openai-chat/usage.js';
import { providerErrorOf, streamedError } from '../provider-error.js';
import type { AnswerReader, ReaderContext, WireEvent } from '../wire-api.js';
import { openedReasoning } from './opened-reasoning.js';

/** Reads a text completion, streamed or whole: all that the model wrote is text, and its dialect tells the rest. */
export class CompletionReader implements AnswerReader {
  private readonly answer: AnswerBuilder;
  private sawDone = false;

  constructor(private readonly context: ReaderContext) {
    const { target, request } = context;
    const { profile } = target;
    const opens = profile.reasoning.opened || (openedReasoning(request, profile) ?? false);
    const reasoning = { ...profile.reasoning, opened: opens };
    this.answer = new AnswerBuilder({ ...context, target: { ...target, profile: { ...profile, reasoning } } });
    this.answer.finishTellsCalls = false;
  }

  push(event: WireEvent): ModelEvent[] {
    if (event.text.trim() === '[DONE]') {
      this.sawDone = true;
      return [];
    }
    const { data } = event;
    if (!isJsonObject(data)) {
      throw new ModelError({
        kind: 'malformed',
        message: `Backend ${this.context.target.name} sent something that is not JSON: ${event.text.slice(0, 200)}`,
      });
    }
    const error = providerErrorOf(data);
    if (error !== undefined) throw streamedError(error, this.context.target);
    const { answer } = this;
    answer.responseId ||= nonEmptyString(data['id']) ?? '';
    answer.modelId ||= nonEmptyString(data['model']) ?? '';
    answer.usage = readChatUsage(data['usage'], this.context.target.profile.usage, answer.repairs) ?? answer.usage;
    const choices = Array.isArray(data['choices']) ? data['choices'] : [];
    const choice = choices.find((each) => isJsonObject(each) && (each['index'] ?? 0) === 0);
    if (!isJsonObject(choice)) return [];
    const events = answer.addText(nonEmptyString(choice['text']) ?? '');
    const finish = nonEmptyString(choice['finish_reason']);
    if (finish !== undefined) answer.rawFinishReason = finish;
    return events;
  }

  end(): ModelEvent[] {
    if (this.answer.rawFinishReason === '' && (!this.sawDone || this.answer.isEmpty)) {
      throw new ModelError({
        kind: 'broken_stream',
        message: `Backend ${this.context.target.name} ended the answer before it was complete (no finish reason). Try again.`,
      });
    }
    return this.answer.finish();
  }
}
