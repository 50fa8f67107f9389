import type { JsonObject } from '../json.js';
import { isJsonObject, nonEmptyString, stableStringify } from '../json.js';
import type { RawCall } from './raw-call.js';
import { isWhole, settleArguments } from './raw-call.js';
import type { ToolNames } from './tool-names.js';

/** One entry of an OpenAI-like `tool_calls` array, whole or a delta. Each member may be missing, late or wrong. */
export interface CallDelta {
  index?: number | undefined;
  id?: string | undefined;
  name?: string | undefined;
  arguments?: string | JsonObject | undefined;
}

/** What an entry did: which call it went to, and what is new for somebody who watches. */
export interface Assembled {
  call: RawCall;
  started: boolean;
  text: string;
}

/**
 * Sorts the pieces of tool calls to their calls, as endpoints really send them: ids empty, re-minted or repeated, indexes
 * missing or always 0, names late, split or repeated, whole calls sent twice.
 */
export class CallAssembler {
  readonly calls: RawCall[] = [];
  private readonly byIndex = new Map<number, RawCall>();

  constructor(
    private readonly names: ToolNames,
    private readonly mintCallId: () => string,
  ) {}

  accept(delta: CallDelta): Assembled {
    const id = delta.id === 'null' || delta.id === 'None' ? '' : (delta.id ?? '');
    const name = delta.name ?? '';
    const piece = textOfArguments(delta.arguments);
    const open = this.openCall(delta.index, id, name);
    const isNew = open === undefined || this.startsAnother(open, { ...delta, id, name, piece });
    const call = isNew ? this.begin(delta.index, open, id, name) : open;
    if (!isNew) {
      if (call.providerId === '') call.providerId = id;
      this.extendName(call, name);
    }
    if (isJsonObject(delta.arguments)) {
      call.repairs.push({ code: 'arguments_object', detail: 'arguments were an object, not a string' });
    }
    call.fragments.push(piece);
    return { call, started: isNew, text: piece };
  }

  private openCall(index: number | undefined, id: string, name: string): RawCall | undefined {
    if (index !== undefined) {
      const known = this.byIndex.get(index);
      const last = this.calls.at(-1);
      if (known !== undefined || last === undefined || name !== '') return known;
      // Only the first piece lacked its index.
      return [...this.byIndex.values()].includes(last) ? undefined : last;
    }
    const sameId = id === '' ? undefined : this.calls.findLast((call) => call.providerId === id);
    return sameId ?? this.calls.at(-1);
  }

  private begin(index: number | undefined, before: RawCall | undefined, id: string, name: string): RawCall {
    // A second call at a place that has one already, of the same name: perhaps only the end of a repetition.
    const doubtful = before !== undefined && before.name === name;
    const call: RawCall = { callId: this.mintCallId(), providerId: id, name, fragments: [], repairs: [], doubtful };
    this.calls.push(call);
    if (index !== undefined) this.byIndex.set(index, call);
    return call;
  }

  /** Whether an entry for the place of `open` begins another call. */
  private startsAnother(open: RawCall, delta: CallDelta & { id: string; name: string; piece: string }): boolean {
    const { id, name, piece } = delta;
    const otherId = id !== '' && open.providerId !== '' && id !== open.providerId;
    if (name === '') {
      // Without a name it is a continuation, unless nothing ties it to a call that is already whole.
      return delta.index === undefined && otherId && isWhole(open);
    }
    if (open.name === '') return false;
    if (name === open.name) {
      if (!isWhole(open)) return false;
      return piece.trim() === '' ? otherId : !sameArguments(open, piece);
    }
    if (this.isContinuedName(open, name)) return false;
    const untouched = open.fragments.every((fragment) => fragment.trim() === '');
    if (!untouched || otherId || delta.index === undefined) return true;
    return this.names.toTool(open.name) !== undefined;
  }

  private isContinuedName(open: RawCall, name: string): boolean {
    const { names } = this;
    if (names.toTool(open.name) !== undefined && names.toTool(name) !== undefined) return false;
    if (name.startsWith(open.name) && names.toTool(name) !== undefined) return true;
    return names.isPrefix(open.name + name);
  }

  private extendName(call: RawCall, name: string): void {
    if (name === '' || name === call.name) return;
    if (call.name === '') {
      call.name = name;
      return;
    }
    call.name = name.startsWith(call.name) && this.names.toTool(name) !== undefined ? name : call.name + name;
    call.repairs.push({ code: 'name_joined', detail: `the name came in pieces: ${call.name}` });
  }
}

function textOfArguments(value: CallDelta['arguments']): string {
  if (isJsonObject(value)) return JSON.stringify(value);
  return nonEmptyString(value) ?? '';
}

function sameArguments(call: RawCall, piece: string): boolean {
  const before = settleArguments(call.fragments);
  const again = settleArguments([piece]);
  return before.ok && again.ok && stableStringify(before.value) === stableStringify(again.value);
}
