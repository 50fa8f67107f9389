import type { RawCall } from '../calls/raw-call.js';
import { settleArguments } from '../calls/raw-call.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, nonEmptyString, stableStringify } from '../json.js';
import type { ReasoningPart } from '../messages/message.js';
import { ModelError } from '../model-error.js';
import type { ModelEvent } from '../model-response.js';
import { normaliseUsage } from '../usage.js';
import { AnswerBuilder } from '../wire/answer-builder.js';
import { finishReasonOf } from '../wire/finish-reason.js';
import { tokenCount } from '../wire/token-counts.js';
import type { ReaderContext } from '../wire/wire-api.js';
import type { AiSdkAnswer } from './ai-sdk-model.js';
import { aiSdkError } from './ai-sdk-error.js';
import { metadataOf } from './ai-sdk-prompt.js';

/** Reads the parts of an AI SDK stream, and judges the calls in it as those of any other wire. */
export class AiSdkReader {
  private readonly answer: AnswerBuilder;
  private readonly reasoning = new Map<string, ReasoningPart>();
  private readonly calls = new Map<string, RawCall>();
  /** Calls whose input was told to be whole. */
  private readonly whole = new Set<RawCall>();
  private finished = false;

  constructor(private readonly context: ReaderContext) {
    this.answer = new AnswerBuilder(context);
  }

  /** @throws ModelError for an error that the provider sent within the stream */
  push(part: unknown): ModelEvent[] {
    if (!isJsonObject(part)) return [];
    const id = nonEmptyString(part['id']) ?? '';
    const delta = nonEmptyString(part['delta']) ?? '';
    switch (part['type']) {
      case 'text-delta':
        return this.answer.addText(delta);
      case 'reasoning-start':
        this.reasoning.set(id, this.answer.currentReasoning({ fresh: true }));
        this.keepMetadata(id, part);
        return [];
      case 'reasoning-delta': {
        const events = this.answer.addReasoning(delta);
        if (events.length > 0) this.reasoning.set(id, this.answer.currentReasoning());
        this.keepMetadata(id, part);
        return events;
      }
      case 'reasoning-end':
        this.keepMetadata(id, part);
        return [];
      case 'tool-input-start':
        return part['providerExecuted'] === true ? [] : this.begin(id, part);
      case 'tool-input-delta':
        return this.extend(this.calls.get(id), delta);
      case 'tool-call':
        return part['providerExecuted'] === true ? [] : this.readCall(part);
      case 'response-metadata':
        this.readMetadata(part);
        return [];
      case 'finish':
        this.finish(part['finishReason'], part['usage']);
        return [];
      case 'error':
        throw aiSdkError(part['error'], this.context.target, true);
      default:
        return [];
    }
  }

  /** A whole answer as the parts that a stream would have had. */
  pushWhole({ content, finishReason, usage, response }: AiSdkAnswer): ModelEvent[] {
    const parts = content.flatMap((item, index): JsonObject[] => {
      if (!isJsonObject(item)) return [];
      const { type, text, providerMetadata } = item;
      const id = String(index);
      if (type === 'text') return [{ type: 'text-delta', id, delta: text }];
      if (type === 'reasoning') {
        return [
          { type: 'reasoning-start', id },
          { type: 'reasoning-delta', id, delta: text, providerMetadata },
        ];
      }
      return [item];
    });
    const events = parts.flatMap((part) => this.push(part));
    if (isJsonObject(response)) this.readMetadata(response);
    this.finish(finishReason, usage);
    return events;
  }

  /** @throws ModelError `model.broken_stream` where the stream had no end, `model.empty_answer` */
  end(): ModelEvent[] {
    if (!this.finished) {
      throw new ModelError({
        kind: 'broken_stream',
        message: `Backend ${this.context.target.name} ended the answer before it was complete (no finish part). Try again.`,
      });
    }
    for (const call of this.answer.calls.calls) {
      if (this.whole.has(call)) continue;
      const reason = 'The call was not executed: the answer ended before the call was complete.';
      call.fault = { code: 'truncated', reason };
    }
    this.dropRepeats();
    return this.answer.finish();
  }

  /**
   * The SDK mints an id for a call that an endpoint sent a second time (seen with `@ai-sdk/openai-compatible` 2.0.88, which
   * then has two calls), so ids cannot tell a repetition: of equal calls in one answer, one is executed.
   */
  private dropRepeats(): void {
    const { calls } = this.answer.calls;
    const known = new Set<string>();
    const kept = calls.filter((call) => {
      const settled = settleArguments(call.fragments);
      const content = `${call.name} ${settled.ok ? stableStringify(settled.value) : call.fragments.join('')}`;
      const repeats = known.has(content);
      known.add(content);
      if (repeats) this.answer.repairs.push({ code: 'call_repeated', detail: `${call.name} was sent twice` });
      return !repeats;
    });
    calls.splice(0, calls.length, ...kept);
  }

  private begin(id: string, part: JsonObject): ModelEvent[] {
    const name = nonEmptyString(part['toolName']) ?? '';
    const { call, events } = this.answer.beginCall({ providerId: id, name });
    this.calls.set(id, call);
    return events;
  }

  private extend(call: RawCall | undefined, piece: string): ModelEvent[] {
    if (call === undefined || piece === '') return [];
    call.fragments.push(piece);
    return [{ type: 'tool_call_delta', callId: call.callId, arguments: piece }];
  }

  /** The whole call counts, and what was streamed of it only showed it coming. Told again, it is another call. */
  private readCall(part: JsonObject): ModelEvent[] {
    const id = nonEmptyString(part['toolCallId']) ?? '';
    const streamed = this.calls.get(id);
    const isNew = streamed === undefined || this.whole.has(streamed);
    const events = isNew ? this.begin(id, part) : [];
    const call = this.calls.get(id);
    if (call === undefined) return events;
    call.name = nonEmptyString(part['toolName']) ?? call.name;
    const written = inputOf(part['input']);
    if (isNew) events.push(...this.extend(call, written));
    else call.fragments = [written];
    const seal = metadataOf(part['providerMetadata']);
    if (seal !== undefined) call.seal = seal;
    this.whole.add(call);
    return events;
  }

  private keepMetadata(id: string, part: JsonObject): void {
    const given = metadataOf(part['providerMetadata']);
    const target = this.reasoning.get(id);
    if (given === undefined || target === undefined) return;
    target.opaque = { ...(isJsonObject(target.opaque) ? target.opaque : {}), ...given };
  }

  private readMetadata(part: JsonObject): void {
    this.answer.responseId ||= nonEmptyString(part['id']) ?? '';
    this.answer.modelId ||= nonEmptyString(part['modelId']) ?? '';
  }

  private finish(reason: JsonValue | unknown, usage: unknown): void {
    this.finished = true;
    this.answer.rawFinishReason = finishWord(reason);
    this.readUsage(usage);
  }

  /** Nested in version 3 of the interface, flat in version 2. */
  private readUsage(usage: unknown): void {
    if (!isJsonObject(usage)) return;
    const { inputTokens, outputTokens } = usage;
    const count = (value: JsonValue | undefined): number | undefined => tokenCount(value, this.answer.repairs);
    const read = isJsonObject(inputTokens)
      ? inputTokens
      : { total: inputTokens, cacheRead: usage['cachedInputTokens'] };
    const written = isJsonObject(outputTokens)
      ? outputTokens
      : { total: outputTokens, reasoning: usage['reasoningTokens'] };
    const input = count(read['total']);
    const output = count(written['total']);
    if (input === undefined && output === undefined) return;
    this.answer.usage = normaliseUsage(
      {
        input: input ?? 0,
        output: output ?? 0,
        cacheRead: count(read['cacheRead']) ?? 0,
        cacheWrite: count(read['cacheWrite']) ?? 0,
        reasoning: count(written['reasoning']) ?? 0,
      },
      this.context.target.profile.usage,
    );
  }
}

/** JSON by the interface; some providers hand over the value. */
function inputOf(input: JsonValue | undefined): string {
  return typeof input === 'string' ? input : JSON.stringify(input ?? '');
}

/**
 * The SDK's own words, in those that are known here. `other` also where it was told none (`unknown` in version 2), because a
 * stream that was cut between two events looks like that: no call is executed then.
 */
function finishWord(reason: unknown): string {
  const raw = isJsonObject(reason) ? (nonEmptyString(reason['raw']) ?? '') : '';
  const unified = isJsonObject(reason) ? reason['unified'] : reason;
  switch (unified) {
    case 'stop':
    case 'length':
    case 'error':
      return unified;
    case 'tool-calls':
      return 'tool_calls';
    case 'content-filter':
      return 'content_filter';
    default:
      return raw !== '' && finishReasonOf(raw) !== 'other' ? raw : 'other';
  }
}
