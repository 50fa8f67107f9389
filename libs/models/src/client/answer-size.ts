import { ModelError } from '../model-error.js';
import type { ModelEvent } from '../model-response.js';

/**
 * What one answer may hold: its text, reasoning and calls as JSON, about 130,000 tokens. A run's input of up to 256 KiB
 * and its output travel in one message, and NATS carries 1 MiB.
 */
export const MAX_ANSWER_BYTES = 512 * 1_024;

/** What the forms around one call take, in bytes. */
const CALL_BYTES = 256;

/** Measures an answer while it arrives, so that one without end is cut off and not collected. */
export class AnswerSize {
  private bytes = 0;
  /** The last piece of each call's arguments. */
  private readonly pieces = new Map<string, string>();

  constructor(private readonly backendName: string) {}

  /** @throws ModelError `model.answer_too_large` */
  add(event: ModelEvent): void {
    if (event.type === 'response') {
      // The whole has what no delta showed: signatures, seals, names that came late.
      this.check(bytesOf(event.response.message));
      return;
    }
    this.bytes += this.sizeOf(event);
    this.check(this.bytes);
  }

  private sizeOf(event: ModelEvent): number {
    switch (event.type) {
      case 'text_delta':
      case 'reasoning_delta':
        return bytesOf(event.text);
      case 'tool_call_started':
        return bytesOf(event.name) + CALL_BYTES;
      case 'tool_call_delta': {
        // Some endpoints repeat all that came before with each piece: only what is new counts.
        const before = this.pieces.get(event.callId) ?? '';
        this.pieces.set(event.callId, event.arguments);
        const longer = event.arguments.length > before.length && event.arguments.startsWith(before);
        return bytesOf(longer ? event.arguments.slice(before.length) : event.arguments);
      }
      default:
        return 0;
    }
  }

  private check(bytes: number): void {
    if (bytes <= MAX_ANSWER_BYTES) return;
    throw new ModelError({
      kind: 'answer_too_large',
      message: `Backend ${this.backendName} answered with more than ${MAX_ANSWER_BYTES / 1_024} KiB, the most that one turn may hold. Ask for less at once, or set parameters.max_output_tokens of the agent.`,
    });
  }
}

/** As JSON in UTF-8, without the quotes of a text. */
function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) - (typeof value === 'string' ? 2 : 0);
}
