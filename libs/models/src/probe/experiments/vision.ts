import { textOf } from '../../messages/message-helpers.js';
import type { Experiment } from '../experiment.js';
import { isRefusal, refusalOf } from '../experiment.js';

/** 32 by 32 points, all of them red; several servers refuse smaller pictures. */
const RED =
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAJ0lEQVR42u3NsQkAAAjAsP7/tF7hIASyp6lTCQQCgUAgEAgEgi/BAjLD/C5w/SM9AAAAAElFTkSuQmCC';

/** A picture, and proof that it was seen: many servers take one and drop it. */
export const vision: Experiment = {
  name: 'a picture',
  fields: ['capabilities.vision'],
  ask: ({ outputTokens, members }) => ({
    request: {
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Which colour fills this picture? Reply with the one word.' },
            { type: 'image', mediaType: 'image/png', data: RED },
          ],
        },
      ],
      maxOutputTokens: outputTokens,
    },
    members: { capabilities: { ...members.capabilities, vision: true } },
  }),
  judge: (seen) => {
    if (!seen.ok && !isRefusal(seen.error) && seen.error.kind !== 'unavailable') return { findings: [] };
    const sees = seen.ok && /\bred\b/iu.test(textOf(seen.response.message));
    // Cut while it thought, it says nothing.
    if (seen.ok && !sees && seen.response.finishReason === 'length') return { findings: [] };
    const how = sees
      ? 'it named the colour of a picture'
      : seen.ok
        ? 'a picture was accepted, and the answer did not name its colour'
        : `a picture was refused (${refusalOf(seen.error)})`;
    return {
      findings: [
        { field: 'capabilities.vision', value: sees, how, confidence: seen.ok && !sees ? 'likely' : 'proved' },
      ],
      members: { capabilities: { vision: sees } },
    };
  },
};
