import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, nonEmptyString } from '../../json.js';
import type { ReasoningPart } from '../../messages/message.js';
import { ModelError } from '../../model-error.js';
import type { ModelEvent } from '../../model-response.js';
import { AnswerBuilder } from '../answer-builder.js';
import { providerErrorOf, streamedError } from '../provider-error.js';
import type { AnswerReader, ReaderContext, WireEvent } from '../wire-api.js';
import { FunctionCalls } from './function-calls.js';
import { sealText } from './signed-text.js';
import { TextPieces } from './text-pieces.js';
import type { TokenCounts } from './usage.js';
import { addCounts, usageOf } from './usage.js';

/** Reads a `GenerateContentResponse`: whole, as a list of chunks, or chunk by chunk. */
export class GenerateContentReader implements AnswerReader {
  private readonly answer: AnswerBuilder;
  private readonly calls: FunctionCalls;
  private readonly counts: TokenCounts = {};
  private readonly text = new TextPieces();
  private readonly thoughts = new TextPieces();
  /** The reasoning that goes on until something else comes, or its signature. */
  private reasoning: ReasoningPart | undefined;

  constructor(private readonly context: ReaderContext) {
    this.answer = new AnswerBuilder(context);
    // STOP says that the answer is whole; there is no other word for one with calls.
    this.answer.finishTellsCalls = false;
    this.calls = new FunctionCalls(this.answer);
  }

  push(event: WireEvent): ModelEvent[] {
    const { data } = event;
    if (Array.isArray(data)) return data.flatMap((chunk) => this.pushChunk(chunk, event.text));
    if (data === undefined && event.text.trim() === '[DONE]') return [];
    return this.pushChunk(data, event.text);
  }

  end(): ModelEvent[] {
    if (this.answer.rawFinishReason === '') {
      throw new ModelError({
        kind: 'broken_stream',
        message: `Backend ${this.context.target.name} ended the answer before it was complete (no finish reason). Try again.`,
      });
    }
    this.calls.end();
    this.answer.usage = usageOf(this.counts, this.context.target.profile.usage);
    if (this.text.repeated || this.thoughts.repeated) {
      this.answer.repairs.push({ code: 'text_repeated', detail: 'chunks repeated the text before them' });
    }
    return [...this.answer.addText(this.text.flush()), ...this.think(this.thoughts.flush()), ...this.answer.finish()];
  }

  private pushChunk(chunk: JsonValue | undefined, text: string): ModelEvent[] {
    const { name } = this.context.target;
    if (!isJsonObject(chunk)) {
      throw new ModelError({
        kind: 'malformed',
        message: `Backend ${name} sent something that is not JSON: ${text.slice(0, 200)}`,
      });
    }
    const error = providerErrorOf(chunk);
    if (error !== undefined) throw streamedError(error, this.context.target);
    this.answer.responseId ||= nonEmptyString(chunk['responseId']) ?? '';
    this.answer.modelId ||= nonEmptyString(chunk['modelVersion']) ?? '';
    addCounts(this.counts, chunk['usageMetadata'], this.answer.repairs);
    this.refuseBlocked(chunk['promptFeedback']);
    const candidates = Array.isArray(chunk['candidates']) ? chunk['candidates'].filter(isJsonObject) : [];
    const candidate = candidates.find((each) => (each['index'] ?? 0) === 0);
    if (candidate === undefined) return [];
    const content = isJsonObject(candidate['content']) ? candidate['content'] : {};
    const parts = Array.isArray(content['parts']) ? content['parts'].filter(isJsonObject) : [];
    const events = this.readParts(parts);
    this.readFinish(candidate['finishReason']);
    return events;
  }

  /** A prompt that was blocked has no answer, only the reason. */
  private refuseBlocked(feedback: JsonValue | undefined): void {
    if (!isJsonObject(feedback)) return;
    const reason = nonEmptyString(feedback['blockReason']);
    if (reason === undefined || reason === 'BLOCK_REASON_UNSPECIFIED') return;
    const why = nonEmptyString(feedback['blockReasonMessage']);
    throw new ModelError({
      kind: 'refused',
      message: `Backend ${this.context.target.name} blocked the prompt (${reason.slice(0, 100)})${why === undefined ? '' : `: ${why.slice(0, 500)}`}. Change what is asked, or use another backend.`,
    });
  }

  /** A cut is not taken back by a later STOP. */
  private readFinish(reason: JsonValue | undefined): void {
    const raw = nonEmptyString(reason);
    if (raw === undefined || raw === 'FINISH_REASON_UNSPECIFIED') return;
    if (this.answer.rawFinishReason === '' || raw !== 'STOP') this.answer.rawFinishReason = raw;
  }

  private readParts(parts: readonly JsonObject[]): ModelEvent[] {
    this.calls.beginChunk();
    const first = { text: true, thought: true };
    return parts.flatMap((part) => {
      const signature = nonEmptyString(part['thoughtSignature']);
      const call = part['functionCall'];
      if (isJsonObject(call)) {
        this.reasoning = undefined;
        // Gemini 2 had the signature within the call.
        return this.calls.take(call, signature ?? nonEmptyString(call['thoughtSignature']));
      }
      const text = typeof part['text'] === 'string' ? part['text'] : undefined;
      if (part['thought'] === true) {
        const fresh = this.fresh(this.thoughts, text ?? '', first.thought);
        if (text !== undefined && text !== '') first.thought = false;
        return this.readThought(fresh, signature);
      }
      // Executed code, its output, media and parts of later versions are not ours to give on.
      if (text === undefined && (signature === undefined || Object.keys(part).length > 1)) return [];
      const fresh = this.fresh(this.text, text ?? '', first.text);
      if (text !== undefined && text !== '') first.text = false;
      return this.readText(fresh, (text ?? '') === '', signature);
    });
  }

  private fresh(pieces: TextPieces, text: string, isFirst: boolean): string {
    if (text === '') return '';
    return isFirst ? pieces.push(text) : pieces.add(text);
  }

  private readText(text: string, isEmpty: boolean, signature: string | undefined): ModelEvent[] {
    if (signature === undefined) {
      if (text !== '') this.reasoning = undefined;
      return this.answer.addText(text);
    }
    // What was held is signed only by a signature of its own part.
    const before = isEmpty ? this.text.flush() : '';
    const signed = isEmpty ? '' : text + this.text.flush();
    const events = [...this.answer.addText(before), ...this.answer.addText(signed)];
    const seal = sealText({ thoughtSignature: signature, textLength: signed.length });
    this.answer.currentReasoning({ fresh: true }).opaque = seal;
    this.reasoning = undefined;
    return events;
  }

  /** The signature of a thought stands on its last part, which may be empty. */
  private readThought(text: string, signature: string | undefined): ModelEvent[] {
    const events = this.think(signature === undefined ? text : text + this.thoughts.flush());
    if (signature !== undefined) {
      this.reasoning ??= this.answer.currentReasoning({ fresh: true });
      this.reasoning.signature = signature;
      this.reasoning = undefined;
    }
    return events;
  }

  private think(text: string): ModelEvent[] {
    if (text === '') return [];
    this.reasoning ??= this.answer.currentReasoning({ fresh: true });
    this.reasoning.text += text;
    return [{ type: 'reasoning_delta', text }];
  }
}
