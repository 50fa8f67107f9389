import { CallAssembler } from '../calls/call-assembler.js';
import { judgeCalls } from '../calls/judge-calls.js';
import type { RawCall } from '../calls/raw-call.js';
import type { ToolNames } from '../calls/tool-names.js';
import { textOf } from '../messages/message-helpers.js';
import type { Part, ReasoningPart } from '../messages/message.js';
import type { ModelErrorKind } from '../model-error.js';
import { ModelError } from '../model-error.js';
import type { FinishReason, ModelEvent, ModelResponse, Repair } from '../model-response.js';
import type { Profile } from '../profile/profile.js';
import type { Usage } from '../usage.js';
import { estimateTokens } from '../usage.js';
import { finishReasonOf } from './finish-reason.js';
import type { CallPlace } from './call-places.js';
import { inAnswerOrder, withCalls } from './call-places.js';
import type { TextReader } from './markup-reader.js';
import { textReader } from './markup-reader.js';
import type { RequestPlan } from './request-plan.js';
import { planRequest } from './request-plan.js';
import type { ReaderContext } from './wire-api.js';

/** Finish reasons after which what was said is not an answer: Mistral, Cohere and vLLM fail in words instead of breaking off. */
const FAILED_ENDS: ReadonlyMap<string, ModelErrorKind> = new Map([
  ['error', 'unavailable'],
  ['timeout', 'timeout'],
]);

/** Collects what a reader finds, and makes the whole answer of it. Common to all wire APIs. */
export class AnswerBuilder {
  readonly names: ToolNames;
  readonly calls: CallAssembler;
  readonly repairs: Repair[] = [];
  modelId = '';
  responseId = '';
  /** As the provider wrote it; empty until it did. */
  rawFinishReason = '';
  usage: Usage | undefined;
  /** False where the wire has one word for an end with and without calls. */
  finishTellsCalls = true;
  /** Whether text came, also where all of it was markup. */
  hasText = false;
  /** False where the wire's whole form is one text beside a list of calls, so that a stream's order says nothing. */
  callsHavePlaces = true;
  private readonly plan: RequestPlan;
  private parts: (Part | CallPlace)[] = [];
  private readonly markup: TextReader | undefined;

  constructor(private readonly context: ReaderContext) {
    this.plan = planRequest(context.request, context.target);
    this.names = this.plan.names;
    this.calls = new CallAssembler(this.names, context.mintCallId);
    this.markup = textReader(context, this.names, {
      text: (text) => this.appendText(text),
      reasoning: (text) => this.addReasoning(text),
      textWasReasoning: () => this.textWasReasoning(),
      call: (raw) => void this.parts.push({ type: 'call_place', raw }),
      repair: (repair) => void this.repairs.push(repair),
    });
  }

  /** True if neither text nor reasoning nor a call has come. */
  get isEmpty(): boolean {
    return this.parts.length === 0 && this.calls.calls.length === 0 && !this.hasText;
  }

  /** Takes text as it came. Where the profile names a dialect, reasoning and calls within it are told apart. */
  addText(text: string): ModelEvent[] {
    if (text === '') return [];
    this.hasText = true;
    return this.markup === undefined ? this.appendText(text) : this.markup.push(text);
  }

  private appendText(text: string): ModelEvent[] {
    const last = this.parts.at(-1);
    if (last?.type === 'text') last.text += text;
    else this.parts.push({ type: 'text', text });
    return [{ type: 'text_delta', text }];
  }

  /** What was shown as text stays shown; the answer itself has it where it belongs. */
  private textWasReasoning(): void {
    const said = this.parts.filter((part) => part.type !== 'call_place');
    const thought = textOf(said).trim();
    const places = this.parts.filter((part) => part.type === 'call_place');
    this.parts = said.filter((part) => part.type !== 'text');
    if (thought !== '') this.currentReasoning().text += thought;
    this.parts.push(...places);
  }

  /** Text of the reasoning in progress. */
  addReasoning(text: string): ModelEvent[] {
    if (text === '') return [];
    this.currentReasoning().text += text;
    return [{ type: 'reasoning_delta', text }];
  }

  /** The reasoning part in progress, or a new one. */
  currentReasoning(options: { fresh?: boolean } = {}): ReasoningPart {
    const last = this.parts.at(-1);
    if (options.fresh !== true && last?.type === 'reasoning') return last;
    const { signer } = this.context.target.profile.reasoning;
    const part: ReasoningPart = { type: 'reasoning', text: '', ...(signer === '' ? {} : { signer }) };
    this.parts.push(part);
    return part;
  }

  /** Keeps the place of a call that begins here, and that may not have its name yet. */
  placeCall(): CallPlace {
    const place: CallPlace = { type: 'call_place' };
    // What a dialect's reader still holds back of the text came before: then the place is not known.
    if (this.callsHavePlaces && this.markup === undefined) this.parts.push(place);
    return place;
  }

  /** For wires that say plainly where a call begins. */
  beginCall(
    init: Pick<RawCall, 'providerId' | 'name'>,
    place: CallPlace = this.placeCall(),
  ): { call: RawCall; events: ModelEvent[] } {
    const call: RawCall = { ...init, callId: this.context.mintCallId(), fragments: [], repairs: [], doubtful: false };
    place.raw = call;
    this.calls.calls.push(call);
    return { call, events: [{ type: 'tool_call_started', callId: call.callId, name: this.toolName(call.name) }] };
  }

  toolName(wireName: string): string {
    return this.names.toTool(wireName) ?? wireName;
  }

  /** The last events of the answer. @throws ModelError `model.empty_answer`, or what a provider that gave up calls its end */
  finish(): ModelEvent[] {
    const failure = FAILED_ENDS.get(this.rawFinishReason.toLowerCase());
    if (failure !== undefined) throw this.failedAnswer(failure);
    const held = this.markup?.end() ?? [];
    const response = this.response();
    if (saysNothing(response)) throw this.emptyAnswer(response);
    return [
      ...held,
      { type: 'usage', usage: response.usage },
      { type: 'finish', reason: response.finishReason },
      { type: 'response', response },
    ];
  }

  /** For providers that leave the input out of their report. */
  estimateInputTokens(): number {
    const { messages, tools } = this.context.request;
    return estimateTokens(JSON.stringify(messages.map((each) => each.parts)) + JSON.stringify(tools ?? []));
  }

  private failedAnswer(kind: ModelErrorKind): ModelError {
    return new ModelError({
      kind,
      message: `Backend ${this.context.target.name} gave up its answer (finish reason ${this.rawFinishReason}). Try again.`,
    });
  }

  private emptyAnswer({ message, rawFinishReason }: ModelResponse): ModelError {
    const thought = message.parts.some((part) => part.type === 'reasoning') ? ' but reasoning' : '';
    const finish = rawFinishReason === '' ? '' : ` (finish reason ${rawFinishReason.slice(0, 100)})`;
    return new ModelError({
      kind: 'empty_answer',
      message: `Backend ${this.context.target.name} answered with nothing${thought}: neither text nor a call${finish}. Try again, or use another backend.`,
    });
  }

  private response(): ModelResponse {
    const { target, mintCallId } = this.context;
    const given = this.rawFinishReason === '' ? undefined : finishReasonOf(this.rawFinishReason);
    const written = this.markup?.callsBeside(this.calls.calls, this.repairs) ?? [];
    const calls = inAnswerOrder([...this.calls.calls, ...written], this.parts);
    const judgement = judgeCalls(calls, {
      tools: this.plan.callable,
      names: this.names,
      projections: this.plan.projections,
      mintCallId,
      signer: target.profile.reasoning.signer,
      finish: provenFinish(given, target.profile),
    });
    const repairs = [...this.repairs, ...judgement.repairs];
    const finishReason = this.correctedFinish(given, judgement.all.length > 0, written.length > 0, repairs);

    const parts = withCalls(this.parts, calls, judgement.all).filter(isWorthKeeping);
    const modelId = this.modelId === '' ? target.model : this.modelId;
    return {
      message: {
        role: 'assistant',
        parts,
        provenance: {
          backend: target.name,
          profileVersion: target.profile.version,
          model: modelId,
          ...(this.responseId === '' ? {} : { responseId: this.responseId }),
        },
      },
      toolCalls: judgement.accepted,
      rejectedCalls: judgement.rejected,
      finishReason,
      rawFinishReason: this.rawFinishReason,
      usage: this.usage ?? this.estimatedUsage(parts),
      modelId,
      responseId: this.responseId,
      repairs,
    };
  }

  private correctedFinish(
    given: FinishReason | undefined,
    hasCalls: boolean,
    inText: boolean,
    repairs: Repair[],
  ): FinishReason {
    if (given === undefined)
      repairs.push({ code: 'finish_missing', detail: 'the stream ended without a finish reason' });
    if (given !== undefined && given !== 'stop' && given !== 'tool_calls') return given;
    const meant = hasCalls ? 'tool_calls' : 'stop';
    if (given !== undefined && given !== meant && this.finishTellsCalls && !inText) {
      repairs.push({
        code: 'finish_corrected',
        detail: `${this.rawFinishReason} ${hasCalls ? 'with' : 'without'} calls`,
      });
    }
    return meant;
  }

  private estimatedUsage(answer: readonly Part[]): Usage {
    const inputTokens = this.estimateInputTokens();
    const reasoningTokens = answer.reduce(
      (sum, part) => sum + (part.type === 'reasoning' ? estimateTokens(part.text) : 0),
      0,
    );
    const calls = answer.filter((part) => part.type === 'tool_call');
    const written = estimateTokens(textOf(answer) + calls.map((call) => JSON.stringify(call.arguments)).join(''));
    return {
      inputTokens,
      uncachedInputTokens: inputTokens,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: written + reasoningTokens,
      reasoningTokens,
      source: 'estimated',
    };
  }
}

/** Where the word for an ordinary end proves nothing, calls are judged as if there were none: what is missing may be their arguments. */
function provenFinish(given: FinishReason | undefined, { finish }: Profile): FinishReason | undefined {
  return finish === 'untrusted' && (given === 'stop' || given === 'tool_calls') ? undefined : given;
}

/** An answer that was cut, refused or paused has its reason; any other one without text and call has none. */
function saysNothing({ message, finishReason }: ModelResponse): boolean {
  if (finishReason === 'length' || finishReason === 'refused' || finishReason === 'paused') return false;
  return !message.parts.some((part) => part.type === 'text' || part.type === 'tool_call');
}

/**
 * White space that models put between reasoning and calls says nothing, and Anthropic refuses it in a history. Neither does
 * reasoning of which only the place is known.
 */
function isWorthKeeping(part: Part): boolean {
  if (part.type === 'reasoning') return part.text !== '' || part.signature !== undefined || part.opaque !== undefined;
  return part.type !== 'text' || part.text.trim() !== '';
}
