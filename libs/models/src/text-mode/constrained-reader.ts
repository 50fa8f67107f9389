import type { RawCall } from '../calls/raw-call.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, parseJson } from '../json.js';
import type { ModelEvent, RejectionCode, Repair } from '../model-response.js';
import { coerceArguments } from '../schema/coerce-arguments.js';
import type { TextParts, TextReader } from '../wire/markup-reader.js';
import type { ConstrainedPlan } from './constrained-plan.js';
import { TextMember } from './text-member.js';

/**
 * Reads an answer that was held to `constrainedPlan`: shows its text as it arrives, and has its calls when it is over. An answer of
 * an endpoint that did not hold itself to it is read as any text.
 */
export class ConstrainedReader implements TextReader {
  private readonly member = new TextMember();
  private readonly calls: RawCall[] = [];
  private readonly pieces: string[] = [];
  private shown = '';
  private form: 'unknown' | 'json' | 'text' = 'unknown';

  constructor(
    private readonly plan: ConstrainedPlan,
    private readonly parts: TextParts,
    private readonly mintCallId: () => string,
    /** For text that is no JSON; undefined where it is only text. */
    private readonly otherwise: TextReader | undefined,
  ) {}

  push(text: string): ModelEvent[] {
    if (this.form === 'text') return this.asText(text);
    this.pieces.push(text);
    if (this.form === 'unknown') {
      const first = text.trimStart();
      // Space says nothing yet.
      if (first === '') return [];
      this.form = first.startsWith('{') ? 'json' : 'text';
      if (this.form === 'text') return this.asText(this.pieces.join(''));
      return this.show(this.member.push(this.pieces.join('')));
    }
    return this.show(this.member.push(text));
  }

  end(): ModelEvent[] {
    if (this.form !== 'json') return this.otherwise?.end() ?? [];
    const raw = this.pieces.join('');
    const value = parseJson(raw);
    if (!isJsonObject(value)) return this.unreadable(raw);
    const { text, calls } = value;
    if (typeof text !== 'string' && !Array.isArray(calls)) return this.othersText(raw);
    const said = typeof text === 'string' && text.startsWith(this.shown) ? text.slice(this.shown.length) : '';
    const events = this.show(said);
    for (const call of Array.isArray(calls) ? calls : []) events.push(...this.call(call));
    return events;
  }

  callsBeside(told: readonly RawCall[], repairs: Repair[]): RawCall[] {
    return this.form === 'text' ? (this.otherwise?.callsBeside(told, repairs) ?? []) : this.calls;
  }

  private asText(text: string): ModelEvent[] {
    return this.otherwise === undefined ? this.parts.text(text) : this.otherwise.push(text);
  }

  private show(text: string): ModelEvent[] {
    if (text === '') return [];
    this.shown += text;
    return this.parts.text(text);
  }

  private call(value: JsonValue): ModelEvent[] {
    const entry: JsonObject = isJsonObject(value) ? value : {};
    const { name, arguments: given } = entry;
    if (typeof name !== 'string')
      return this.reject(JSON.stringify(value), 'malformed_call', 'A call is an object with a name and arguments.');
    const projection = this.plan.argumentsOf(name);
    const read = given === undefined || projection === undefined ? undefined : coerceArguments(projection, given);
    if (read?.ok === false)
      return this.reject(
        JSON.stringify(value),
        'malformed_call',
        `The arguments cannot be read with certainty: ${read.reason}`,
      );
    const settled = read === undefined ? given : read.value;
    const written = settled === undefined ? '' : JSON.stringify(settled);
    const call = { ...this.blank(), name, fragments: [written] };
    this.calls.push(call);
    return [
      { type: 'tool_call_started', callId: call.callId, name },
      { type: 'tool_call_delta', callId: call.callId, arguments: written },
    ];
  }

  /** The answer is not one JSON object: what it says was shown, and no call in it is certain. */
  private unreadable(raw: string): ModelEvent[] {
    if (!/"name"\s*:/u.test(raw)) return this.shown === '' ? this.othersText(raw) : [];
    return raw.trimEnd().endsWith('}')
      ? this.reject(raw, 'malformed_call', 'The answer is not one JSON object.')
      : this.reject(raw, 'truncated', 'The call was not executed: the answer ended within it.');
  }

  /** What only began like an answer. */
  private othersText(raw: string): ModelEvent[] {
    this.form = 'text';
    return [...this.asText(raw), ...(this.otherwise?.end() ?? [])];
  }

  private reject(raw: string, code: RejectionCode, reason: string): ModelEvent[] {
    this.calls.push({ ...this.blank(), fragments: [raw], fault: { code, reason } });
    return [];
  }

  private blank(): RawCall {
    return { callId: this.mintCallId(), providerId: '', name: '', fragments: [], repairs: [], doubtful: false };
  }
}
