import {
  calibrate,
  countRequest,
  fitRequest,
  ModelError,
  type Backend,
  type CanonicalMessage,
  type FittedRequest,
  type ModelRequest,
  type ModelResponse,
  type TokenCounter,
} from '@switchyard/models';
import type { RequestEstimate } from './request-gate.js';

/** Requests of one turn that are made smaller after an endpoint said that they do not fit. */
const MAX_REFITS = 3;
/** Of what did not fit, where the endpoint does not say what would. */
const NEXT_SHARE = 0.8;
/** An endpoint that says less has something else in mind. */
const MIN_WINDOW = 256;

/** What was learnt of an endpoint's window and counting, while this process runs. Shared by its turns. */
export interface Learnt {
  counter: TokenCounter;
  /** Tokens, never more than the profile says. */
  window: number;
}

/** A history as a turn was asked with it, where that is not as the journal has it. */
export interface CompactedContext {
  /** Without the agent's instructions. */
  messages: readonly CanonicalMessage[];
  tokensBefore: number;
  tokensAfter: number;
}

/** The request of one turn, fitted to what its endpoint takes, and fitted again when that was still too much. */
export class TurnContext {
  private refits = 0;

  private constructor(
    private readonly asked: ModelRequest,
    private readonly backend: Backend,
    private readonly learnt: Learnt,
    private fitted: FittedRequest,
  ) {}

  /** @throws ModelError `model.overflow.unfittable` */
  static async open(asked: ModelRequest, backend: Backend, learnt: Learnt): Promise<TurnContext> {
    const fitted = await fitRequest(asked, backend.profile, learnt.counter, { window: learnt.window });
    return new TurnContext(asked, backend, learnt, fitted);
  }

  get request(): ModelRequest {
    return this.fitted.request;
  }

  /** What the request may come to. */
  get estimate(): RequestEstimate {
    const { maxOutputTokens: most } = this.backend.profile;
    const { request, inputTokens } = this.fitted;
    return { inputTokens, outputTokens: Math.min(request.maxOutputTokens ?? most, most) };
  }

  /** Undefined where the history went as it is. `instructions`: how many messages of the request are the agent's own. */
  compacted(instructions: number): CompactedContext | undefined {
    const { compaction, request } = this.fitted;
    if (compaction === undefined) return undefined;
    const { tokensBefore, tokensAfter } = compaction;
    return { messages: request.messages.slice(instructions), tokensBefore, tokensAfter };
  }

  /** Takes over what the endpoint counted. */
  learn({ usage }: ModelResponse): void {
    if (usage.source !== 'reported') return;
    const told = { countedTokens: this.fitted.inputTokens, reportedInputTokens: usage.inputTokens };
    this.learnt.counter = calibrate(this.learnt.counter, told);
  }

  /**
   * Makes the request smaller after an overflow: by what the error says, else to 80 %.
   * @returns false where that is not possible: the same request is never sent again
   */
  async shrink(error: unknown): Promise<boolean> {
    if (!ModelError.is(error) || error.kind !== 'overflow') return false;
    if (error.code === 'model.overflow.unfittable' || this.refits >= MAX_REFITS) return false;
    this.refits += 1;
    const { window, input } = error.limits ?? {};
    const told = window !== undefined && window >= MIN_WINDOW && window < this.learnt.window;
    // How much of a cut prompt was read says nothing certain of the window.
    if (told && error.code !== 'model.overflow.silent') this.learnt.window = window;
    if (input !== undefined) {
      const counted = { countedTokens: this.fitted.inputTokens, reportedInputTokens: input };
      this.learnt.counter = calibrate(this.learnt.counter, counted);
    }
    // Only the answer was too long: A + B > C.
    const roomForInput = window !== undefined && input !== undefined && input < window * NEXT_SHARE;
    if (roomForInput && (await this.refit(undefined))) return true;
    const { counter } = this.learnt;
    const sent = countRequest(this.fitted.request, this.backend.profile, counter);
    const share = window !== undefined && input !== undefined ? Math.min(NEXT_SHARE, window / input) : NEXT_SHARE;
    return this.refit(Math.min(Math.floor(sent * share), window ?? Infinity));
  }

  /** @returns whether it became another request, and a smaller one */
  private async refit(inputLimit: number | undefined): Promise<boolean> {
    const { profile } = this.backend;
    try {
      const { window, counter } = this.learnt;
      const next = await fitRequest(this.asked, profile, counter, { window, inputLimit });
      const before = this.fitted;
      const output = (fitted: FittedRequest): number => fitted.request.maxOutputTokens ?? profile.maxOutputTokens;
      const isSmaller =
        next.inputTokens < countRequest(before.request, profile, counter) || output(next) < output(before);
      if (isSmaller) this.fitted = next;
      return isSmaller;
    } catch (error) {
      // What the endpoint said is the better answer then.
      if (ModelError.is(error) && error.code === 'model.overflow.unfittable') return false;
      throw error;
    }
  }
}
