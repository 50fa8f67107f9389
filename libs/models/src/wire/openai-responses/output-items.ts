import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, nonEmptyString } from '../../json.js';
import type { ModelEvent } from '../../model-response.js';
import type { AnswerBuilder } from '../answer-builder.js';
import { CallItem } from './call-item.js';
import { MessageItem } from './message-item.js';
import type { ItemKey, ItemKind } from './output-item.js';
import { idOf, kindOf } from './output-item.js';
import { ReasoningItem } from './reasoning-item.js';

class ForeignItem {
  readonly kind = 'foreign';
  closed = false;
  constructor(public id: string) {}
}
type OutputItem = MessageItem | ReasoningItem | CallItem | ForeignItem;

/**
 * The items of one output, in the order in which they came. Each is told up to four times (announced, in pieces, as its own
 * whole, in the whole response), any of which may be missing, and is entered into the answer once.
 */
export class OutputItems {
  private readonly items: OutputItem[] = [];
  private readonly byIndex = new Map<number, OutputItem>();
  /** Items whose place is not known yet. */
  private readonly unplaced = new Set<OutputItem>();

  constructor(private readonly answer: AnswerBuilder) {}

  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  get refused(): boolean {
    return this.items.some((item) => item.kind === 'message' && item.refused);
  }

  get doubtful(): boolean {
    return this.items.some((item) => item.kind === 'call' && item.doubtful);
  }

  /** The message that a piece is for; one that was not announced begins here. */
  message(key: ItemKey): MessageItem {
    const found = this.find('message', key);
    return found?.kind === 'message' ? found : this.add(new MessageItem(this.answer, key.id), key);
  }

  reasoning(key: ItemKey): ReasoningItem {
    const found = this.find('reasoning', key);
    return found?.kind === 'reasoning' ? found : this.add(new ReasoningItem(this.answer, key.id), key);
  }

  call(key: ItemKey): CallItem {
    const found = this.find('call', key);
    return found?.kind === 'call' ? found : this.add(new CallItem(this.answer, key.id), key);
  }

  /** An item that begins. Announced again, it goes on as it was. */
  announce(item: JsonObject, index: number | undefined): ModelEvent[] {
    const key = { index, id: idOf(item) };
    const found = this.find(kindOf(item), key);
    const again = found !== undefined && !isAnother(found, item) ? found : undefined;
    return this.read(again ?? this.create(item, key), item);
  }

  /** An item that is over. */
  close(item: JsonObject, index: number | undefined): ModelEvent[] {
    const key = { index, id: idOf(item) };
    const called = this.items.find((each) => !each.closed && isCall(each, item['call_id']));
    const found = called ?? this.find(kindOf(item), key);
    // What is still open at this place is meant, whatever its ids say now.
    const open = found !== undefined && (!found.closed || !isAnother(found, item)) ? found : undefined;
    const target = open ?? this.create(item, key);
    const events = this.read(target, item);
    target.closed = true;
    return events;
  }

  /** The whole output, at the end of the response: what came before is completed, what did not come is taken now. */
  settle(output: JsonValue | undefined): ModelEvent[] {
    const items = Array.isArray(output) ? output.filter(isJsonObject) : [];
    const left = new Set(this.items);
    const pairs = new Map<JsonObject, OutputItem>();
    for (const match of [this.sureMatch, this.likelyMatch]) {
      items.forEach((item, index) => {
        const kind = kindOf(item);
        const candidates = [...left].filter((each) => each.kind === kind);
        const found = pairs.has(item) ? undefined : match.call(this, candidates, item, index);
        if (found === undefined) return;
        pairs.set(item, found);
        left.delete(found);
      });
    }
    return items.flatMap((item) => {
      const target = pairs.get(item) ?? this.create(item, { index: undefined, id: idOf(item) });
      const events = this.read(target, item);
      target.closed = true;
      return events;
    });
  }

  /** The output is over: enters what is still held back, and finds the reasoning that cannot go back. */
  finish(): ModelEvent[] {
    const events = this.items.flatMap((item) => (item.kind === 'call' ? item.begin() : []));
    let next: OutputItem | undefined;
    for (const item of this.items.toReversed()) {
      // A hosted tool's item does not go back, so neither does the reasoning that led to it.
      if (item.kind !== 'reasoning') next = item;
      else if (next?.kind === 'foreign') item.unseal();
    }
    return events;
  }

  /** An id that is known says most; then the place, as ids may rotate; then that only one item can be meant. */
  private find(kind: ItemKind, { index, id }: ItemKey): OutputItem | undefined {
    const at = index === undefined ? undefined : this.byIndex.get(index);
    const placed = at?.kind === kind ? at : undefined;
    if (placed !== undefined && placed.id === id) return placed;
    const named = id === '' ? undefined : this.items.findLast((item) => item.kind === kind && item.id === id);
    const found =
      named ??
      placed ??
      this.items.findLast(
        (item) => item.kind === kind && !item.closed && (index === undefined || this.unplaced.has(item)),
      );
    if (found !== undefined && index !== undefined && this.unplaced.delete(found)) this.byIndex.set(index, found);
    return found;
  }

  /** The item of the stream that an entry of the whole output repeats, by its ids or by its place. */
  private sureMatch(candidates: readonly OutputItem[], item: JsonObject, index: number): OutputItem | undefined {
    const id = idOf(item);
    const placed = candidates.find((each) => each === this.byIndex.get(index));
    const called = candidates.filter((each) => isCall(each, item['call_id']));
    return (
      called.find((each) => each === placed) ??
      called[0] ??
      candidates.find((each) => id !== '' && each.id === id) ??
      (placed?.kind === 'call' && !isNamed(placed, item['name']) ? undefined : placed)
    );
  }

  /** The same where ids rotate and places are counted otherwise: the first that says the same. */
  private likelyMatch(candidates: readonly OutputItem[], item: JsonObject): OutputItem | undefined {
    return candidates.find((each) => {
      if (each.kind !== 'call') return true;
      const written = item['arguments'];
      const text = isJsonObject(written) ? JSON.stringify(written) : (nonEmptyString(written) ?? '');
      return isNamed(each, item['name']) && (!isAnother(each, item) || each.says(text));
    });
  }

  private create(item: JsonObject, key: ItemKey): OutputItem {
    switch (kindOf(item)) {
      case 'message':
        return this.add(new MessageItem(this.answer, key.id), key);
      case 'reasoning':
        return this.add(new ReasoningItem(this.answer, key.id), key);
      case 'call':
        return this.add(new CallItem(this.answer, key.id), key);
      case 'foreign':
        return this.add(new ForeignItem(key.id), key);
    }
  }

  private add<T extends OutputItem>(item: T, { index }: ItemKey): T {
    this.items.push(item);
    if (index === undefined) this.unplaced.add(item);
    else this.byIndex.set(index, item);
    return item;
  }

  private read(target: OutputItem, item: JsonObject): ModelEvent[] {
    switch (target.kind) {
      case 'message':
      case 'reasoning':
        return target.complete(item);
      case 'call':
        if (item['status'] === 'incomplete') target.doubtful = true;
        target.repeats ||= this.items.some((each) => each !== target && isCall(each, item['call_id']));
        return [...target.identify(item), ...target.settle(item['arguments'])];
      case 'foreign':
        return [];
    }
  }
}

function isCall(item: OutputItem, callId: JsonValue | undefined): boolean {
  return item.kind === 'call' && item.callId !== '' && item.callId === callId;
}

function isNamed(item: OutputItem, name: JsonValue | undefined): boolean {
  return item.kind === 'call' && (item.name === '' || item.name === name);
}

/** Whether an item is another one than the one that stands at its place: seen where every item has the same index. */
function isAnother(found: OutputItem, item: JsonObject): boolean {
  const callId = nonEmptyString(item['call_id']) ?? '';
  if (found.kind === 'call' && found.callId !== '' && callId !== '' && found.callId !== callId) return true;
  return found.closed && found.id !== '' && idOf(item) !== '' && found.id !== idOf(item);
}
