import { parseJson, stableStringify } from '../json.js';
import { textOf } from '../messages/message-helpers.js';
import type { Part } from '../messages/message.js';
import type { ModelEvent, ModelResponse, RejectedCall } from '../model-response.js';
import type { OutputPlan, OutputReading } from '../schema/structured-output.js';
import { readStructuredOutput } from '../schema/structured-output.js';
import { planRequest } from './request-plan.js';
import type { AnswerReader, ReaderContext, WireApi } from './wire-api.js';

/** The reader of an answer: the wire's own, and where a value was asked for, with the value in place of what it came in. */
export function createAnswerReader(wire: WireApi, context: ReaderContext): AnswerReader {
  const reader = wire.createReader(context);
  const value = outputEvents(context);
  return {
    push: (event) => value.shown(reader.push(event)),
    end: () => value.ended(reader.end()),
  };
}

/** What is done with the events of an answer where a value was asked for; nothing where none was. */
export interface OutputEvents {
  shown(events: readonly ModelEvent[]): ModelEvent[];
  /** The last ones, with the response. */
  ended(events: readonly ModelEvent[]): ModelEvent[];
}

export function outputEvents({ request, target }: Pick<ReaderContext, 'request' | 'target'>): OutputEvents {
  const { output } = planRequest(request, target);
  const same = (events: readonly ModelEvent[]): ModelEvent[] => [...events];
  return output === undefined ? { shown: same, ended: same } : new ValueEvents(output);
}

/**
 * Takes the value out of its envelope. The call of the tool that only gives it is no call to anybody else: it becomes the text of the
 * message. What was written in another form than the author's is shown when it is whole, and in the author's.
 */
class ValueEvents implements OutputEvents {
  /** Calls of the result's tool, by id. */
  private readonly hidden = new Set<string>();
  private readonly holdsText: boolean;

  constructor(private readonly plan: OutputPlan) {
    this.holdsText = plan.projection.coerce !== undefined;
  }

  ended(all: readonly ModelEvent[]): ModelEvent[] {
    const events = this.shown(all);
    const last = events.pop();
    if (last?.type !== 'response') return last === undefined ? events : [...events, last];
    const response = this.settle(last.response);
    const closing = events.findIndex((event) => event.type === 'usage' || event.type === 'finish');
    // What is added for a value follows what was said before.
    const text = textOf(response.message).slice(this.holdsText ? 0 : textOf(last.response.message).length);
    const before = closing < 0 ? events : events.slice(0, closing);
    const after = closing < 0 ? [] : events.slice(closing);
    return [
      ...before,
      ...(text === '' ? [] : [{ type: 'text_delta' as const, text }]),
      ...after.map((event) =>
        event.type === 'finish' ? { type: 'finish' as const, reason: response.finishReason } : event,
      ),
      { type: 'response', response },
    ];
  }

  shown(events: readonly ModelEvent[]): ModelEvent[] {
    return events.filter((event) => {
      if (event.type === 'text_delta') return !this.holdsText;
      if (event.type === 'tool_call_started' && event.name === this.plan.tool?.name) this.hidden.add(event.callId);
      const isCall = event.type === 'tool_call_started' || event.type === 'tool_call_delta';
      return !isCall || !this.hidden.has(event.callId);
    });
  }

  private settle(response: ModelResponse): ModelResponse {
    const name = this.plan.tool?.name;
    const isResult = ({ type, ...part }: Part): boolean => type === 'tool_call' && 'name' in part && part.name === name;
    const given = response.toolCalls.filter((call) => call.name === name);
    const failed = response.rejectedCalls.filter(({ call }) => call.name === name);
    const toolCalls = response.toolCalls.filter((call) => call.name !== name);
    const rejectedCalls = response.rejectedCalls.filter(({ call }) => call.name !== name);
    const parts = response.message.parts.filter((part) => !isResult(part));
    const wasGiven = given.length + failed.length > 0;
    const settled = { ...response, toolCalls, rejectedCalls, message: { ...response.message, parts } };
    if (toolCalls.length + rejectedCalls.length > 0) {
      if (!wasGiven) return response;
      const detail = 'the result was given together with calls, before their results';
      return { ...settled, repairs: [...response.repairs, { code: 'result_early', detail }] };
    }
    if (response.finishReason === 'paused') return settled;
    const text = textOf(response.message);
    const output = wasGiven
      ? this.readGiven(
          given.map((call) => call.arguments),
          failed,
          response,
        )
      : this.readText(text, response);
    const finishReason = response.finishReason === 'tool_calls' ? 'stop' : response.finishReason;
    const isChanged = wasGiven || (output.ok && this.plan.projection.coerce !== undefined);
    if (!isChanged) return { ...settled, finishReason, output };
    const raw = failed[0]?.raw ?? given[0]?.arguments ?? text;
    const said = output.ok ? JSON.stringify(output.value) : typeof raw === 'string' ? raw : JSON.stringify(raw);
    const kept = wasGiven ? parts : parts.filter((part) => part.type !== 'text');
    const before = wasGiven && text !== '' ? '\n\n' : '';
    const value: Part[] = said === '' ? [] : [{ type: 'text', text: before + said }];
    const message = { ...response.message, parts: [...kept, ...value] };
    return { ...settled, message, finishReason, output };
  }

  private readGiven(
    given: readonly ModelResponse['toolCalls'][number]['arguments'][],
    failed: readonly RejectedCall[],
    { finishReason }: ModelResponse,
  ): OutputReading {
    const [failure] = failed;
    if (failure !== undefined)
      return { ok: false, code: failure.code === 'truncated' ? 'truncated' : 'not_json', reason: failure.reason };
    const [first = {}] = given;
    if (new Set(given.map((each) => stableStringify(each))).size > 1)
      return { ok: false, code: 'unclear', reason: 'Several results were given. Give one.' };
    return readStructuredOutput(this.plan, { arguments: first }, finishReason);
  }

  /** Some servers leave the call in the text, and some models answer in it. What is not the value is told how to give it. */
  private readText(text: string, { finishReason }: ModelResponse): OutputReading {
    const reading = readStructuredOutput(this.plan, { text }, finishReason);
    if (reading.ok || this.plan.tool === undefined || parseJson(text) !== undefined) return reading;
    if (reading.code !== 'not_json' && reading.code !== 'empty') return reading;
    return { ...reading, reason: `Give the result by calling the tool ${this.plan.tool.name}, not as text.` };
  }
}
