import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  InputAwaited,
  type Answer,
  type AnsweredRound,
  type CallInput,
  type QuestionRound,
} from '../tools/call-input.js';
import type { QuestionsRepository } from './questions.repository.js';

const LOOK_FIRST_MS = 50;
const LOOK_LAST_MS = 1_000;

export interface AskingCall {
  callId: string;
  tenant: string;
  /** Aborted when the call's time is up. */
  signal: AbortSignal;
  /** The ledger says that this host is at the call: nobody else begins it while a person thinks. */
  claim: () => Promise<void>;
}

/** Asks people on behalf of one call. What is asked and answered is in Postgres: whichever host is asked next goes on from there. */
export class AskedInput implements CallInput {
  #rounds: number;
  #used = 0;

  constructor(
    private readonly call: AskingCall,
    private readonly questions: QuestionsRepository,
    readonly answered: readonly AnsweredRound[] = [],
  ) {
    this.#rounds = answered.length;
  }

  async ask(round: QuestionRound): Promise<readonly Answer[]> {
    const known = round.held ? this.askedBefore(round) : undefined;
    if (known) return known;
    const { callId, tenant, claim } = this.call;
    this.#rounds += 1;
    if (round.held) await claim();
    await this.questions.ask(callId, tenant, this.#rounds, round);
    if (!round.held) throw new InputAwaited(round);
    return this.untilAnswered(this.#rounds);
  }

  /** A call that is begun anew asks the same again, in the same order. */
  private askedBefore({ questions }: QuestionRound): readonly Answer[] | undefined {
    const before = this.answered[this.#used];
    if (!before?.held || !isDeepStrictEqual(before.questions, questions)) return undefined;
    this.#used += 1;
    return before.answers;
  }

  private async untilAnswered(round: number): Promise<readonly Answer[]> {
    const { callId, signal } = this.call;
    for (let pause = LOOK_FIRST_MS; ; pause = Math.min(pause * 2, LOOK_LAST_MS)) {
      signal.throwIfAborted();
      const answers = await this.questions.answersTo(callId, round);
      if (answers) return answers;
      await sleep(pause, undefined, { signal });
    }
  }
}
