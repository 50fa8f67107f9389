import type { JsonObject } from '../../json.js';
import { isJsonObject, nonEmptyString } from '../../json.js';
import type { ModelEvent } from '../../model-response.js';
import type { AnswerBuilder } from '../answer-builder.js';
import { missingTail } from './output-item.js';

/** A `message` of the output, while it arrives. */
export class MessageItem {
  readonly kind = 'message';
  closed = false;
  /** True if a part of it is a refusal, which is text too. */
  refused = false;
  private text = '';
  private readonly parts = new Map<number, string>();

  constructor(
    private readonly answer: AnswerBuilder,
    public id: string,
  ) {}

  /** A piece of the part at a `content_index`. */
  extend(place: number, piece: string): ModelEvent[] {
    if (piece === '') return [];
    this.parts.set(place, (this.parts.get(place) ?? '') + piece);
    this.text += piece;
    return this.answer.addText(piece);
  }

  /** The whole text of one part. */
  completePart(place: number, whole: string): ModelEvent[] {
    // Where pieces and their end tell different places, the text that stands there already says that they are one.
    if (!this.parts.has(place) && this.text.endsWith(whole)) return [];
    return this.extend(place, missingTail(this.parts.get(place) ?? '', whole));
  }

  /** The whole item. */
  complete(item: JsonObject): ModelEvent[] {
    const { content } = item;
    const parts = Array.isArray(content) ? content.filter(isJsonObject) : [];
    if (parts.some((part) => part['type'] === 'refusal')) this.refused = true;
    const texts = parts.map((part) => nonEmptyString(part['text']) ?? nonEmptyString(part['refusal']) ?? '');
    const whole = typeof content === 'string' ? content : texts.join('');
    return this.extend(Math.max(0, parts.length - 1), missingTail(this.text, whole));
  }
}
