import { userMessage } from '../../messages/message-helpers.js';
import type { Experiment, Judgement } from '../experiment.js';
import { isRefusal, refusalOf } from '../experiment.js';
import { SUM_AND_TIME, TOOLS } from './probe-tools.js';

/** Two calls in one turn, with the setting for it. */
export const parallelCalls: Experiment = asked(true);

function asked(withSetting: boolean): Experiment {
  return {
    name: withSetting ? 'calls in parallel' : 'calls in parallel without the setting',
    fields: ['capabilities.parallelToolCalls', 'unsupported'],
    ask: ({ outputTokens, sawCall }) =>
      sawCall
        ? {
            request: {
              messages: [userMessage(SUM_AND_TIME)],
              tools: TOOLS,
              maxOutputTokens: outputTokens,
              ...(withSetting ? { parallelToolCalls: true } : {}),
            },
          }
        : 'the model called no tool',
    judge: (seen, { members }): Judgement => {
      if (!seen.ok) {
        const refused = isRefusal(seen.error) && /parallel/iu.test(seen.error.message);
        if (!refused || !withSetting) return { findings: [] };
        return {
          findings: [
            {
              field: 'unsupported',
              value: ['parallelToolCalls'],
              how: `the setting was refused (${refusalOf(seen.error)})`,
              confidence: 'proved',
            },
          ],
          members: { unsupported: [...(members.unsupported ?? []), 'parallelToolCalls'] },
          next: asked(false),
        };
      }
      const calls = seen.response.toolCalls.length + seen.response.rejectedCalls.length;
      return calls >= 2
        ? {
            findings: [
              {
                field: 'capabilities.parallelToolCalls',
                value: true,
                how: `${calls} calls came in one turn`,
                confidence: 'proved',
              },
            ],
            members: { capabilities: { parallelToolCalls: true } },
          }
        : {
            findings: [
              {
                field: 'capabilities.parallelToolCalls',
                value: false,
                how: `two things were asked for at once, and ${calls === 1 ? 'one call' : 'no call'} came`,
                confidence: 'likely',
              },
            ],
            members: { capabilities: { parallelToolCalls: false } },
          };
    },
  };
}
