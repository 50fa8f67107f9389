import { ASK_USER, RUN_TOOLS } from '@switchyard/contracts';
import type { OpenCall, RunState } from '@switchyard/journal';
import type { OwnCallHandler, OwnOutcome } from './own-call.js';
import { faultOfArguments, settledAsError, settledWith } from './own-result.js';

const DEFINITION = RUN_TOOLS.find(({ name }) => name === ASK_USER);

/** `ask_user`: settled with what somebody answered. */
export class AskCalls implements OwnCallHandler {
  readonly kinds = ['ask'] as const;

  async advance(_state: RunState, call: OpenCall): Promise<OwnOutcome> {
    const fault = faultOfArguments(DEFINITION, call);
    if (fault !== undefined) return settledAsError(call, 'tool.invalid_arguments', fault);
    if (call.answer !== null) return settledWith(call, call.answer.text);
    return { is: 'waiting', bodies: [], reason: 'input' };
  }
}
