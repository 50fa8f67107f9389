import { userMessage } from '../../messages/message-helpers.js';
import type { ModelRequest } from '../../model-request.js';
import type { SettingName, WireApiName } from '../../profile/profile.js';
import type { Experiment, Judgement } from '../experiment.js';
import { isRefusal, refusalOf } from '../experiment.js';

type Sampling = Exclude<SettingName, 'parallelToolCalls' | 'specialTokens'>;

const VALUES: Pick<ModelRequest, Sampling> = { temperature: 0.5, topP: 0.9, stop: ['###'], seed: 7 };

/** How the names stand in refusals. */
const WORDS: Record<Sampling, RegExp> = {
  temperature: /temperature/iu,
  topP: /top_?p\b/iu,
  stop: /\bstop/iu,
  seed: /\bseed|random_seed/iu,
};

/** Settings that a wire API has no word for are not sent, so that nothing is found out about them. */
const WITHOUT: Partial<Record<WireApiName, readonly Sampling[]>> = {
  anthropic: ['seed'],
  bedrock: ['seed'],
  'openai-responses': ['stop', 'seed'],
};

/** All settings at once; those that a refusal names are left out and the rest is asked again. */
export const settings: Experiment = tried(['temperature', 'topP', 'stop', 'seed'], []);

function tried(names: readonly Sampling[], refused: readonly Sampling[]): Experiment {
  return {
    name: `settings: ${names.join(', ')}`,
    fields: ['unsupported'],
    ask: ({ api, outputTokens }) => {
      const sent = names.filter((name) => WITHOUT[api]?.includes(name) !== true);
      if (sent.length === 0) return 'the wire API has no word for them';
      const given = Object.fromEntries(sent.map((name) => [name, VALUES[name]]));
      return {
        request: { messages: [userMessage('Reply with the one word: ready')], maxOutputTokens: outputTokens, ...given },
      };
    },
    judge: (seen, { members, api }): Judgement => {
      const sent = names.filter((name) => WITHOUT[api]?.includes(name) !== true);
      if (seen.ok)
        return {
          findings: [
            { field: 'settings.accepted', value: [...sent], how: 'sent together and accepted', confidence: 'proved' },
          ],
        };
      if (!isRefusal(seen.error)) return { findings: [] };
      const said = refusalOf(seen.error);
      const named = sent.filter((name) => WORDS[name].test(seen.error.message));
      // A refusal that names none of several leaves all in doubt, and each is asked for alone.
      const blamed = named.length > 0 ? named : sent.length === 1 ? sent : [];
      const rest = sent.filter((name) => !blamed.includes(name));
      if (blamed.length === 0) {
        const [first, ...others] = sent;
        return first === undefined ? { findings: [] } : { findings: [], next: alone(first, others, refused) };
      }
      const unsupported = [...new Set([...(members.unsupported ?? []), ...blamed])];
      return {
        findings: [
          {
            field: 'unsupported',
            value: [...blamed],
            how: `refused (${said})`,
            confidence: named.length > 0 ? 'proved' : 'likely',
          },
        ],
        members: { unsupported },
        ...(rest.length > 0 ? { next: tried(rest, [...refused, ...blamed]) } : {}),
      };
    },
  };
}

/** One, then the others likewise. */
function alone(name: Sampling, others: readonly Sampling[], refused: readonly Sampling[]): Experiment {
  const one = tried([name], refused);
  return {
    ...one,
    judge: (seen, state) => {
      const judged = one.judge(seen, state);
      const [next, ...rest] = others;
      return next === undefined ? judged : { ...judged, next: alone(next, rest, refused) };
    },
  };
}
