import { textOf, toolResultMessage, userMessage } from '../../messages/message-helpers.js';
import type { CanonicalMessage } from '../../messages/message.js';
import { API_DEFAULTS } from '../../profile/api-defaults.js';
import type { CallIdRule } from '../../profile/profile.js';
import type { Experiment, ProbeState } from '../experiment.js';
import { isRefusal, refusalOf } from '../experiment.js';
import { CALLED_ELSEWHERE, FOREIGN_CALL, SUM, TOOLS } from './probe-tools.js';

const FORMS: Record<CallIdRule, string> = {
  token: "another provider's id",
  alnum9: 'an id of nine letters and digits',
  positional: 'an id of the form functions.NAME:0',
  none: 'no id',
};
/** Asked in this order after the first was refused. */
const OTHERS: readonly CallIdRule[] = ['alnum9', 'positional', 'token'];

/** A history with a call from elsewhere: which ids it may have, and whether its result is used. */
export const callIds: Experiment = withRule(undefined, []);

function ruleOf({ api, members }: ProbeState): CallIdRule {
  return members.callIds ?? API_DEFAULTS[api].callIds;
}

function withRule(given: CallIdRule | undefined, refused: readonly string[]): Experiment {
  return {
    name: given === undefined ? 'a call from elsewhere in the history' : `a history with ${FORMS[given]}`,
    fields: ['callIds'],
    ask: (state) =>
      state.sawCall
        ? {
            request: { messages: CALLED_ELSEWHERE, tools: TOOLS, maxOutputTokens: state.outputTokens },
            members: { callIds: given ?? ruleOf(state) },
          }
        : 'the model called no tool',
    judge: (seen, state) => {
      const rule = given ?? ruleOf(state);
      if (seen.ok) {
        const uses = textOf(seen.response.message).includes('397.8');
        const before = refused.length === 0 ? '' : `, after ${refused.join(' and ')}`;
        const used = uses ? ' and its result was used' : '; whether its result was used cannot be told from the answer';
        return {
          findings: [
            {
              field: 'callIds',
              value: rule,
              how: `a history with ${FORMS[rule]} was accepted${before}${used}`,
              confidence: 'proved',
            },
          ],
          ...(rule === API_DEFAULTS[state.api].callIds ? {} : { members: { callIds: rule } }),
        };
      }
      if (!isRefusal(seen.error)) return { findings: [] };
      const told = [...refused, `${FORMS[rule]} was refused (${refusalOf(seen.error)})`];
      const at = OTHERS.filter((other) => other !== ruleOf(state));
      const next = given === undefined ? at[0] : at[at.indexOf(given) + 1];
      // The wires that have ids of their own form have no other.
      if (next !== undefined && API_DEFAULTS[state.api].callIds !== 'none')
        return { findings: [], next: withRule(next, told) };
      return {
        findings: [
          {
            field: 'history.calls',
            value: false,
            how: `no history with calls was accepted: ${told.join('; ')}`,
            confidence: 'proved',
          },
        ],
      };
    },
  };
}

/** Some chat templates raise where a user speaks right after a result. */
export const userAfterResults: Experiment = {
  name: 'a user after a result',
  fields: ['userAfterResults'],
  ask: (state) =>
    state.sawCall
      ? {
          request: {
            messages: [...CALLED_ELSEWHERE, userMessage('Never mind. Reply with the one word: ready')],
            tools: TOOLS,
            maxOutputTokens: state.outputTokens,
          },
        }
      : 'the model called no tool',
  judge: (seen) => {
    if (seen.ok)
      return {
        findings: [
          {
            field: 'userAfterResults',
            value: true,
            how: 'a user who spoke right after a result was accepted',
            confidence: 'proved',
          },
        ],
      };
    if (!isRefusal(seen.error)) return { findings: [] };
    return {
      findings: [
        {
          field: 'userAfterResults',
          value: false,
          how: `a user right after a result was refused (${refusalOf(seen.error)})`,
          confidence: 'likely',
        },
      ],
      members: { userAfterResults: false },
    };
  },
};

/** Over chat completions it is a matter of the endpoint whether it takes its own reasoning back. */
export const reasoningReplay: Experiment = {
  name: 'its reasoning sent back',
  fields: ['reasoning.replay'],
  ask: (state) => {
    const field = state.members.reasoning?.fields?.[0];
    if (state.api !== 'openai-chat') return 'the wire API says how';
    if (field === undefined || !state.sawCall) return 'no reasoning came in a field of its own';
    const own: CanonicalMessage = {
      role: 'assistant',
      parts: [{ type: 'reasoning', text: 'I calculate 0.17 * 2340.', signer: state.name }, FOREIGN_CALL],
    };
    return {
      request: {
        messages: [userMessage(SUM), own, toolResultMessage(FOREIGN_CALL, '397.8')],
        tools: TOOLS,
        maxOutputTokens: state.outputTokens,
      },
      members: { reasoning: { ...state.members.reasoning, signer: state.name, replay: 'field' } },
    };
  },
  judge: (seen, state) => {
    const field = state.members.reasoning?.fields?.[0] ?? '';
    if (seen.ok)
      return {
        findings: [
          {
            field: 'reasoning.replay',
            value: 'field',
            how: `reasoning in ${field} beside a call of the history was accepted`,
            confidence: 'likely',
          },
        ],
        members: { reasoning: { signer: state.name, replay: 'field' } },
      };
    if (!isRefusal(seen.error)) return { findings: [] };
    return {
      findings: [
        {
          field: 'reasoning.replay',
          value: 'none',
          how: `reasoning in the history was refused (${refusalOf(seen.error)})`,
          confidence: 'proved',
        },
      ],
    };
  },
};
