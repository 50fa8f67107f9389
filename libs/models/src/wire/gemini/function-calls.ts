import type { RawCall } from '../../calls/raw-call.js';
import { settleArguments } from '../../calls/raw-call.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, nonEmptyString, stableStringify } from '../../json.js';
import type { ModelEvent } from '../../model-response.js';
import type { AnswerBuilder } from '../answer-builder.js';
import { meantName } from './function-names.js';
import { PartialArguments } from './partial-arguments.js';

/** A call that was read, and where. */
interface ReadCall {
  raw: RawCall;
  /** Its name and arguments, by which a repetition is found; empty until they are whole. */
  content: string;
  /** The chunk in which it ended. */
  chunk: number;
  /** The chunk in which it was last seen to be sent again. */
  repeatedIn: number;
  /** While its arguments are still streamed. */
  partial: PartialArguments | undefined;
  /** Came whole and without arguments: they may follow, as some proxies send a call. */
  mayLackArguments: boolean;
}

/**
 * Reads `functionCall` parts: whole ones, ones whose arguments Vertex streams over many parts, and the odd forms of both.
 *
 * Most calls have no id, so whether a call is sent again can only be told by where it stands. In one chunk two equal calls
 * are two calls. An equal call in a later chunk may be either; it is taken once, because a model that did mean two can
 * call again, and a call that was executed twice cannot be taken back.
 */
export class FunctionCalls {
  private readonly calls: ReadCall[] = [];
  private readonly byContent = new Map<string, ReadCall[]>();
  private open: ReadCall | undefined;
  private chunk = 0;

  constructor(private readonly answer: AnswerBuilder) {}

  beginChunk(): void {
    this.chunk++;
  }

  /** Takes the `functionCall` of a part, and the signature that stands beside it. */
  take(call: JsonObject, signature: string | undefined): ModelEvent[] {
    const name = nonEmptyString(call['name']);
    const id = nonEmptyString(call['id']) ?? '';
    const pieces = Array.isArray(call['partialArgs']) ? call['partialArgs'].filter(isJsonObject) : [];
    const args = call['args'] ?? undefined;
    const target = this.continued(name, id, pieces.length > 0 || args !== undefined);
    if (target !== undefined) return this.extend(target, call, pieces, args, signature);
    if (name === undefined && pieces.length === 0) {
      // `{}` ends a call that had ended already; arguments without a name complete a call that has none.
      if (args === undefined) return [];
      const filled = this.fill(args);
      if (filled !== undefined) return filled;
    }
    return this.begin(call, name ?? '', id, pieces, args, signature);
  }

  /** The answer is over. Streamed arguments that were not ended may lack anything: they become no JSON. */
  end(): void {
    for (const { raw, partial } of this.calls) if (partial !== undefined) raw.fragments = [partial.unfinished()];
  }

  /** The streamed call that a part goes on with; undefined if it begins another. */
  private continued(name: string | undefined, id: string, hasArguments: boolean): ReadCall | undefined {
    const sameId = id === '' ? undefined : this.calls.find((each) => each.partial && each.raw.providerId === id);
    if (sameId !== undefined) return sameId;
    if (name === undefined) return differ(this.open?.raw.providerId, id) ? undefined : this.open;
    if (this.open?.partial === undefined || !hasArguments) return undefined;
    if (meantName(this.answer.names, name).wireName !== this.open.raw.name || id !== '') return undefined;
    // Its name once more, or another call of this name: then neither has certain arguments.
    this.open.partial.break();
    return this.open;
  }

  private begin(
    call: JsonObject,
    name: string,
    id: string,
    pieces: readonly JsonObject[],
    args: JsonValue | undefined,
    signature: string | undefined,
  ): ModelEvent[] {
    const streamed = pieces.length > 0 || call['willContinue'] === true;
    const { wireName, prefixed } = meantName(this.answer.names, name);
    const text = streamed ? '' : textOf(args);
    const twin = streamed ? undefined : this.twinOf(wireName, id, text, signature);
    if (twin !== undefined) return this.repeat(twin, id, signature);
    const same = streamed || id === '' ? undefined : this.calls.find((each) => this.isEarlier(each, wireName, id));
    if (same !== undefined) return this.replaceArguments(same, text);

    const { call: raw, events } = this.answer.beginCall({ providerId: id, name: wireName });
    if (prefixed) raw.repairs.push({ code: 'name_prefixed', detail: `${name} means ${wireName}` });
    if (signature !== undefined) raw.seal = signature;
    const read: ReadCall = {
      raw,
      content: '',
      chunk: this.chunk,
      repeatedIn: 0,
      partial: undefined,
      mayLackArguments: !streamed && text === '{}',
    };
    this.calls.push(read);
    if (!streamed) {
      raw.fragments.push(text);
      this.remember(read, text);
      return [...events, { type: 'tool_call_delta', callId: raw.callId, arguments: text }];
    }
    read.partial = new PartialArguments();
    this.open = read;
    return [...events, ...this.extend(read, call, pieces, args, undefined)];
  }

  private extend(
    read: ReadCall,
    call: JsonObject,
    pieces: readonly JsonObject[],
    args: JsonValue | undefined,
    signature: string | undefined,
  ): ModelEvent[] {
    const { raw, partial } = read;
    if (partial === undefined) return [];
    if (signature !== undefined && raw.seal === undefined) raw.seal = signature;
    if (isJsonObject(args)) partial.addWhole(args);
    else if (args !== undefined) partial.break();
    for (const piece of pieces) partial.addPiece(piece);
    return call['willContinue'] === true ? [] : this.close(read, partial);
  }

  private close(read: ReadCall, partial: PartialArguments): ModelEvent[] {
    const { raw } = read;
    const text = partial.finish();
    if (this.open === read) this.open = undefined;
    const seal = typeof raw.seal === 'string' ? raw.seal : undefined;
    const twin = this.twinOf(raw.name, raw.providerId, text, seal);
    read.partial = undefined;
    raw.fragments.push(text);
    read.chunk = this.chunk;
    if (twin === undefined) this.remember(read, text);
    if (twin === undefined) return [{ type: 'tool_call_delta', callId: raw.callId, arguments: text }];
    this.calls.splice(this.calls.indexOf(read), 1);
    this.answer.calls.calls.splice(this.answer.calls.calls.indexOf(raw), 1);
    return this.repeat(twin, raw.providerId, seal);
  }

  private remember(read: ReadCall, text: string): void {
    read.content = contentOf(read.raw.name, text);
    const equal = this.byContent.get(read.content);
    if (equal === undefined) this.byContent.set(read.content, [read]);
    else equal.push(read);
  }

  /** An earlier chunk's call of which this one may be a repetition. */
  private twinOf(name: string, id: string, text: string, signature: string | undefined): ReadCall | undefined {
    const content = contentOf(name, text);
    return this.byContent
      .get(content)
      ?.find(
        (each) =>
          each.content === content &&
          each.chunk < this.chunk &&
          each.repeatedIn < this.chunk &&
          !differ(each.raw.providerId, id) &&
          !differ(each.raw.seal, signature),
      );
  }

  private repeat(twin: ReadCall, id: string, signature: string | undefined): ModelEvent[] {
    const isFirst = twin.repeatedIn === 0;
    twin.repeatedIn = this.chunk;
    if (twin.raw.providerId === '') twin.raw.providerId = id;
    if (twin.raw.seal === undefined && signature !== undefined) twin.raw.seal = signature;
    const repair = { code: 'call_repeated', detail: `${twin.raw.name} was sent again in a later chunk` } as const;
    if (isFirst) this.answer.repairs.push(repair);
    return [];
  }

  /** Arguments that come without a name, after the name came with none. Undefined if no call waits for them. */
  private fill(args: JsonValue): ModelEvent[] | undefined {
    const waiting = this.calls.filter((each) => each.mayLackArguments);
    const [only] = waiting;
    if (only === undefined) return undefined;
    const text = textOf(args);
    if (waiting.length === 1 && only === this.calls.at(-1)) return this.replaceArguments(only, text);
    // Whose they are is not told, so no call that may lack them is whole.
    for (const each of waiting) this.replaceArguments(each, `{}${text}`);
    return [];
  }

  private isEarlier({ raw, chunk, partial }: ReadCall, name: string, id: string): boolean {
    return partial === undefined && chunk < this.chunk && raw.providerId === id && raw.name === name;
  }

  /** The arguments of a call that had none. Where it had others, both stand there, which are no JSON: neither is certain. */
  private replaceArguments(read: ReadCall, text: string): ModelEvent[] {
    const { raw } = read;
    if (read.mayLackArguments) raw.fragments = [];
    read.mayLackArguments = false;
    raw.fragments.push(text);
    this.remember(read, raw.fragments.join(''));
    return [{ type: 'tool_call_delta', callId: raw.callId, arguments: text }];
  }
}

/** Arguments are an object; some proxies send its text. A call without any leaves them out. */
function textOf(args: JsonValue | undefined): string {
  return typeof args === 'string' ? args : JSON.stringify(args ?? {});
}

function differ(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  const isGiven = (value: JsonValue | undefined): boolean => value !== undefined && value !== '';
  return isGiven(one) && isGiven(other) && one !== other;
}

/** One text for all ways to write the same call. */
function contentOf(name: string, text: string): string {
  const settled = settleArguments([text]);
  return `${name}\n${settled.ok ? stableStringify(settled.value) : text}`;
}
