import type { JsonObject } from '../../json.js';
import { nonEmptyString } from '../../json.js';

/** `call` is a `function_call`; `foreign` is everything that is not ours to act on: hosted tools, items of later versions. */
export type ItemKind = 'message' | 'reasoning' | 'call' | 'foreign';

export function kindOf(item: JsonObject): ItemKind {
  const type = item['type'];
  if (type === 'message' || type === 'reasoning') return type;
  return type === 'function_call' ? 'call' : 'foreign';
}

/** By what an item is found again. */
export interface ItemKey {
  /** `output_index`; the same in all events of an item, where it is sent at all. */
  index: number | undefined;
  /** `id` or `item_id`; another one in each event behind GitHub Copilot. Empty when there is none. */
  id: string;
}

export function idOf(item: JsonObject): string {
  return nonEmptyString(item['id']) ?? '';
}

/**
 * What a text that is sent whole adds to the pieces of it that came before: events that end a part repeat all of it. Nothing
 * if the two contradict each other, as the pieces were shown already.
 */
export function missingTail(soFar: string, whole: string): string {
  return whole.startsWith(soFar) ? whole.slice(soFar.length) : '';
}
