import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/** Something that a tool asks of a person in the course of a call. All of it is the tool's word: untrusted. */
export interface Question {
  /** The tool's own name for it, of its round. */
  id: string;
  message: string;
  /** JSON Schema of the answer: an object of plain values. Absent where the person is only sent somewhere. */
  schema?: JsonObject;
  /** Where a person has to go; the answer says only whether they went. */
  url?: string;
}

/** What a person said. `content` fits the question's schema where `action` is accept. */
export interface Answer {
  id: string;
  action: 'accept' | 'decline' | 'cancel';
  content?: JsonObject;
}

/** Questions that are asked at once. */
export interface QuestionRound {
  questions: readonly Question[];
  /** The tool's own, handed back to it as it is; present where the call has ended with the questions and is made again with the answers. */
  state?: string;
  /** The call goes on while the answers are waited for, and cannot be made again with them. */
  held: boolean;
}

export interface AnsweredRound extends QuestionRound {
  answers: readonly Answer[];
}

/** How a call asks people. */
export interface CallInput {
  /** What this call has asked before and was answered, oldest first. */
  readonly answered: readonly AnsweredRound[];
  /**
   * Asks. Of a round that is not held it may end the call instead: it is made again, with the answers under `answered`.
   *
   * @throws InputAwaited where it ends the call
   */
  ask(round: QuestionRound): Promise<readonly Answer[]>;
}

/** The call has asked and ended; it is made again when there are answers. Nothing has gone wrong. */
export class InputAwaited extends Error {
  constructor(readonly round: QuestionRound) {
    super('The call waits for a person');
  }
}

/** Nobody is there whom the tool could ask. */
export function nobodyToAsk(tool: string): SwitchyardError {
  return new SwitchyardError(
    'tool.input_required',
    `"${tool}" asks for input from a person, and there is none whom this call could ask.`,
    { details: { tool } },
  );
}
