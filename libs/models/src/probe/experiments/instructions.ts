import { assistantMessage, systemMessage, userMessage } from '../../messages/message-helpers.js';
import { API_DEFAULTS } from '../../profile/api-defaults.js';
import type { Profile } from '../../profile/profile.js';
import type { Experiment, JudgedFinding } from '../experiment.js';
import { isRefusal, refusalOf } from '../experiment.js';

const SHORT = 'You answer in one word.';

/** Instructions twice and late; where that is refused, once and first; where that is refused, as a developer's. */
export const instructions: Experiment = asked({ role: 'system', placement: 'anywhere' }, []);

function asked(rule: Profile['system'], refused: readonly string[]): Experiment {
  const late = rule.placement === 'anywhere';
  return {
    name: late ? 'instructions in mid-conversation' : `instructions first, by ${rule.role}`,
    fields: ['system.placement', 'system.role'],
    ask: ({ api, outputTokens }) =>
      API_DEFAULTS[api].placement === 'first'
        ? 'the wire API has one place for them'
        : {
            request: {
              messages: late
                ? [
                    systemMessage(SHORT),
                    userMessage('Say hello.'),
                    assistantMessage('Hello.'),
                    systemMessage('From now on you answer in lower case.'),
                    userMessage('Say ready.'),
                  ]
                : [systemMessage(SHORT), userMessage('Say ready.')],
              maxOutputTokens: outputTokens,
            },
            members: { system: rule },
          },
    judge: (seen) => {
      const told = refused.length === 0 ? '' : `; ${refused.join('; ')}`;
      if (seen.ok) {
        const found = (field: string, value: string, how: string): JudgedFinding => ({
          field,
          value,
          how: how + told,
          confidence: 'proved',
        });
        return {
          findings: [
            found(
              'system.placement',
              rule.placement,
              late
                ? 'instructions were accepted twice and late'
                : 'one message of instructions at the front was accepted',
            ),
            found('system.role', rule.role, `the role ${rule.role} was accepted`),
          ],
          ...(late ? {} : { members: { system: rule } }),
        };
      }
      if (!isRefusal(seen.error)) return { findings: [] };
      const where = late ? 'instructions twice and late were' : `the role ${rule.role} was`;
      const more = [...refused, `${where} refused (${refusalOf(seen.error)})`];
      if (late) return { findings: [], next: asked({ role: 'system', placement: 'first' }, more) };
      if (rule.role === 'system') return { findings: [], next: asked({ role: 'developer', placement: 'first' }, more) };
      return {
        findings: [
          {
            field: 'system.accepted',
            value: false,
            how: `no instructions are taken: ${more.join('; ')}. Agents have them, so this endpoint is of little use`,
            confidence: 'proved',
          },
        ],
        members: { system: { role: 'system', placement: 'first' } },
      };
    },
  };
}
