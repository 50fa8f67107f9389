import type { CanonicalMessage } from '../messages/message.js';
import { ModelError } from '../model-error.js';
import type { ModelEvent } from '../model-response.js';

/**
 * What one answer may hold: its text and its reasoning in UTF-8, about two million tokens. A journal stores what is large
 * apart, so that no message of the bus has to carry it.
 */
export const MAX_ANSWER_BYTES = 8 * 1_024 * 1_024;

/** What its calls may have besides, as JSON: the arguments of a call travel in one message, and NATS carries 1 MiB. */
export const MAX_CALLS_BYTES = 512 * 1_024;

/** What the forms around one call take, in bytes. */
const CALL_BYTES = 256;

/** What there is of an answer, in bytes. */
interface Sizes {
  /** In UTF-8, reasoning too. */
  text: number;
  /** As JSON. */
  calls: number;
}

/** Measures an answer while it arrives, so that one without end is cut off and not collected. */
export class AnswerSize {
  private readonly sizes: Sizes = { text: 0, calls: 0 };
  /** The last piece of each call's arguments. */
  private readonly pieces = new Map<string, string>();

  constructor(private readonly backendName: string) {}

  /** @throws ModelError `model.answer_too_large` */
  add(event: ModelEvent): void {
    switch (event.type) {
      case 'response':
        // The whole has what no delta showed: signatures, seals, names that came late.
        return this.check(sizesOf(event.response.message.parts));
      case 'text_delta':
      case 'reasoning_delta':
        this.sizes.text += Buffer.byteLength(event.text);
        return this.check(this.sizes);
      case 'tool_call_started':
      case 'tool_call_delta':
        this.sizes.calls += this.bytesOfCall(event);
        return this.check(this.sizes);
    }
  }

  private bytesOfCall(event: Extract<ModelEvent, { type: 'tool_call_started' | 'tool_call_delta' }>): number {
    if (event.type === 'tool_call_started') return jsonBytes(event.name) + CALL_BYTES;
    // Some endpoints repeat all that came before with each piece: only what is new counts.
    const before = this.pieces.get(event.callId) ?? '';
    this.pieces.set(event.callId, event.arguments);
    const longer = event.arguments.length > before.length && event.arguments.startsWith(before);
    return jsonBytes(longer ? event.arguments.slice(before.length) : event.arguments);
  }

  private check({ text, calls }: Sizes): void {
    if (calls > MAX_CALLS_BYTES)
      throw this.tooLarge(
        `calls of more than ${MAX_CALLS_BYTES / 1_024} KiB, the most that those of one turn may have (${calls} bytes came)`,
        'Let it write what is large in parts',
      );
    if (text > MAX_ANSWER_BYTES)
      throw this.tooLarge(
        `more than ${MAX_ANSWER_BYTES / 1_024 / 1_024} MiB, the most that one turn may say (${text} bytes came)`,
        'Ask for less at once',
      );
  }

  private tooLarge(what: string, advice: string): ModelError {
    return new ModelError({
      kind: 'answer_too_large',
      message: `Backend ${this.backendName} answered with ${what}. ${advice}, or set parameters.max_output_tokens of the agent.`,
    });
  }
}

/** Of a whole message; the texts of its parts, whatever holds them. */
function sizesOf(parts: CanonicalMessage['parts']): Sizes {
  const sizes = { text: 0, calls: 0 };
  for (const { type, ...part } of parts) {
    if (type === 'tool_call') sizes.calls += jsonBytes(part);
    else sizes.text += textBytes(part);
  }
  return sizes;
}

/** UTF-8 of all texts in a value, without its forms. */
function textBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, item: unknown) => sum + textBytes(item), 0);
}

/** As JSON in UTF-8, without the quotes of a text. */
function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) - (typeof value === 'string' ? 2 : 0);
}
