import type { RawCall } from '../../calls/raw-call.js';
import { settleArguments } from '../../calls/raw-call.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, nonEmptyString, stableStringify } from '../../json.js';
import type { ModelEvent } from '../../model-response.js';
import type { AnswerBuilder } from '../answer-builder.js';
import type { CallPlace } from '../call-places.js';
import { missingTail } from './output-item.js';

/** A `function_call` of the output, while it arrives. */
export class CallItem {
  readonly kind = 'call';
  closed = false;
  /** True if what was told of it contradicts itself or says that it was cut: then nothing of the answer is executed. */
  doubtful = false;
  /** True if another call has the same `call_id`: dropped unless it gets arguments of its own. */
  repeats = false;
  callId = '';
  name = '';
  /** Undefined until the name is known. */
  private call: RawCall | undefined;
  private readonly place: CallPlace;
  private readonly pieces: string[] = [];
  private contradicted = false;
  private readonly isObject: string[] = [];

  constructor(
    private readonly answer: AnswerBuilder,
    public id: string,
  ) {
    this.place = answer.placeCall();
  }

  get arguments(): string {
    return this.pieces.join('');
  }

  /** What an item or an event says about the call, apart from its arguments. */
  identify(source: JsonObject): ModelEvent[] {
    const name = nonEmptyString(source['name']) ?? '';
    if (name !== '' && this.name !== '' && name !== this.name) this.doubtful = true;
    this.name ||= name;
    this.callId ||= nonEmptyString(source['call_id']) ?? '';
    if (this.call !== undefined && this.call.providerId === '') this.call.providerId = this.callId;
    return this.name === '' ? [] : this.begin();
  }

  extend(piece: string): ModelEvent[] {
    if (piece === '') return [];
    this.pieces.push(piece);
    if (this.call === undefined) return [];
    this.call.fragments.push(piece);
    return [{ type: 'tool_call_delta', callId: this.call.callId, arguments: piece }];
  }

  /** The whole arguments, which repeat the pieces. Some imitations send them as an object. */
  settle(whole: JsonValue | undefined): ModelEvent[] {
    const text = isJsonObject(whole) ? JSON.stringify(whole) : (nonEmptyString(whole) ?? '');
    if (text === '' || this.says(text) || this.contradicted) return [];
    if (isJsonObject(whole) && this.pieces.length === 0) {
      this.isObject.push('arguments were an object, not a string');
      if (this.call !== undefined) this.tellRepairs(this.call);
    }
    const tail = missingTail(this.arguments, text);
    if (tail !== '') return this.extend(tail);
    // The pieces and the whole disagree. Both are kept, one behind the other: that is no JSON, and will be rejected.
    this.contradicted = true;
    return this.extend(text);
  }

  /** Whether the arguments so far mean what this text means. */
  says(text: string): boolean {
    if (this.arguments === text) return true;
    const mine = settleArguments(this.pieces);
    const other = settleArguments([text]);
    return mine.ok && !mine.empty && other.ok && stableStringify(mine.value) === stableStringify(other.value);
  }

  /** Enters the call into the answer, with what was held back. */
  begin(): ModelEvent[] {
    if (this.call !== undefined) return [];
    const { call, events } = this.answer.beginCall({ providerId: this.callId, name: this.name }, this.place);
    this.call = call;
    call.doubtful = this.repeats;
    this.tellRepairs(call);
    call.fragments.push(...this.pieces);
    const deltas = this.pieces.map((piece): ModelEvent => ({
      type: 'tool_call_delta',
      callId: call.callId,
      arguments: piece,
    }));
    return [...events, ...deltas];
  }

  private tellRepairs(call: RawCall): void {
    for (const detail of this.isObject.splice(0)) call.repairs.push({ code: 'arguments_object', detail });
  }
}
