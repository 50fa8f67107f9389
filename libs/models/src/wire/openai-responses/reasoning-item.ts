import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject, nonEmptyString } from '../../json.js';
import type { ReasoningPart } from '../../messages/message.js';
import type { ModelEvent } from '../../model-response.js';
import type { AnswerBuilder } from '../answer-builder.js';
import { idOf, missingTail } from './output-item.js';
import type { SealedReasoning } from './reasoning-replay.js';
import { summaryTexts } from './reasoning-replay.js';

/** `summary`: what OpenAI shows of the thoughts. `content`: the thoughts themselves, from servers of open models. */
type Source = 'summary' | 'content';

/** A `reasoning` item of the output, while it arrives. */
export class ReasoningItem {
  readonly kind = 'reasoning';
  closed = false;
  private readonly part: ReasoningPart;
  /** The first that comes is taken: the other one would say the same again. */
  private source: Source | undefined;
  private readonly texts = new Map<number, string>();
  private lastPlace = 0;

  constructor(
    answer: AnswerBuilder,
    public id: string,
  ) {
    this.part = answer.currentReasoning({ fresh: true });
  }

  /** A piece of the text at a `summary_index` or `content_index`. */
  extend(source: Source, place: number, piece: string): ModelEvent[] {
    this.source ??= source;
    if (this.source !== source || piece === '') return [];
    const isNext = place !== this.lastPlace && this.part.text !== '';
    this.lastPlace = place;
    this.texts.set(place, (this.texts.get(place) ?? '') + piece);
    const text = isNext ? `\n\n${piece}` : piece;
    this.part.text += text;
    return [{ type: 'reasoning_delta', text }];
  }

  /** The whole text of one place. */
  completePart(source: Source, place: number, whole: string): ModelEvent[] {
    if (!this.texts.has(place) && this.part.text.endsWith(whole)) return [];
    return this.extend(source, place, missingTail(this.texts.get(place) ?? '', whole));
  }

  /** The whole item. */
  complete(item: JsonObject): ModelEvent[] {
    this.seal(item);
    const wholes: Record<Source, string[]> = {
      summary: summaryTexts(item['summary']),
      content: texts(item['content']),
    };
    const source = this.source ?? (wholes.summary.length > 0 ? 'summary' : 'content');
    // What was streamed without places has no gaps between them, and cannot be compared part by part.
    if (this.part.text === wholes[source].join('')) return [];
    const wasStreamed = this.texts.size > 0;
    return wholes[source].flatMap((whole, place) =>
      wasStreamed ? this.completePart(source, place, whole) : this.extend(source, place, whole),
    );
  }

  /** For an item that would stand before something which cannot go back: alone it would be refused. */
  unseal(): void {
    delete this.part.opaque;
  }

  /** Id and content belong together: the endpoint checks that one was made for the other. The first pair counts. */
  private seal(item: JsonObject): void {
    const content = nonEmptyString(item['encrypted_content']);
    const id = idOf(item);
    const isSealed = isJsonObject(this.part.opaque) && this.part.opaque['encrypted_content'] !== undefined;
    if (isSealed || id === '' || (content === undefined && this.part.opaque !== undefined)) return;
    const sealed: SealedReasoning = {
      id,
      summary: summaryTexts(item['summary']).map((text) => ({ type: 'summary_text', text })),
      ...(content === undefined ? {} : { encrypted_content: content }),
    };
    // An empty thought without a seal says nothing, and is not kept.
    if (content !== undefined || texts(item['content']).length > 0) this.part.opaque = sealed;
  }
}

function texts(content: JsonValue | undefined): string[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((entry) => (isJsonObject(entry) ? (nonEmptyString(entry['text']) ?? []) : []));
}
