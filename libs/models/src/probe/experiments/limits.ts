import { userMessage } from '../../messages/message-helpers.js';
import type { Experiment, JudgedFinding } from '../experiment.js';
import { statedLimits } from '../stated-limits.js';

/** More than anybody serves. Nothing this long is generated: the prompt asks for a word. */
const ABSURD_TOKENS = 99_999_999;

/** Limits as the endpoint itself states them where it refuses an absurd number of output tokens. */
export const statedLimit: Experiment = {
  name: 'an absurd output limit',
  // Credit is set aside for it (OpenRouter, 402), or it is counted as tokens of this minute (Groq, 413).
  extreme: true,
  fields: ['maxOutputTokens', 'contextWindow'],
  ask: ({ api }) =>
    // A window is what a request asks for there, and an absurd one would be tried.
    api === 'ollama'
      ? 'the wire API states none'
      : {
          request: { messages: [userMessage('Reply with the one word: ready')], maxOutputTokens: ABSURD_TOKENS },
          members: { maxOutputTokens: ABSURD_TOKENS, contextWindow: 2 * ABSURD_TOKENS },
        },
  judge: (seen) => {
    if (seen.ok)
      return {
        findings: [
          {
            field: 'limits.stated',
            value: false,
            how: 'an absurd output limit was accepted, so that it says nothing',
            confidence: 'proved',
          },
        ],
      };
    const stated = statedLimits(seen.error.message, ABSURD_TOKENS);
    const found = Object.entries(stated).map(([field, value]): JudgedFinding => ({
      field,
      value,
      how: 'an absurd output limit was refused, and the refusal states it',
      confidence: 'proved',
    }));
    return { findings: found, members: stated };
  },
};

/** Whether the word for an ordinary end can be believed: a long answer is asked for, and little room given. */
export const finishWord: Experiment = {
  name: 'an answer that is cut',
  fields: ['finish'],
  ask: () => ({
    request: {
      messages: [userMessage('Count from 1 to 300 in words, separated by commas.')],
      // Responses takes no smaller number.
      maxOutputTokens: 16,
    },
  }),
  judge: (seen) => {
    if (!seen.ok) return { findings: [] };
    const { finishReason, usage } = seen.response;
    if (finishReason === 'length')
      return {
        findings: [{ field: 'finish', value: 'trusted', how: 'an answer that was cut said so', confidence: 'proved' }],
      };
    const cut = usage.source === 'reported' && usage.outputTokens >= 15 && usage.outputTokens <= 17;
    if (!cut)
      return {
        findings: [
          {
            field: 'finish.limit',
            value: finishReason,
            how: 'an output limit of 16 tokens did not cut the answer, so that its end says nothing',
            confidence: 'likely',
          },
        ],
      };
    return {
      findings: [
        {
          field: 'finish',
          value: 'untrusted',
          how: `an answer that was cut at 16 tokens ended with "${seen.response.rawFinishReason.slice(0, 40)}"`,
          confidence: 'likely',
        },
      ],
      members: { finish: 'untrusted' },
    };
  },
};
