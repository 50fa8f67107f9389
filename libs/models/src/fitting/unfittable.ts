import { ModelError } from '../model-error.js';
import type { ModelRequest } from '../model-request.js';
import type { Profile } from '../profile/profile.js';
import { countMessage, countRequest, countTools } from '../tokens/count-request.js';
import type { TokenCounter } from '../tokens/token-counter.js';

/** Says what the smallest form of a request takes, of what, and what to do. */
export function unfittable(
  smallest: ModelRequest,
  profile: Profile,
  counter: TokenCounter,
  { window, limit, floor }: { window: number; limit: number; floor: number },
): ModelError {
  const input = countRequest(smallest, profile, counter);
  const ofRole = (role: string): number =>
    smallest.messages.reduce((sum, each) => sum + (each.role === role ? countMessage(each, profile, counter) : 0), 0);
  const instructions = ofRole('system');
  const tools = countTools(smallest, profile, counter);
  return new ModelError({
    kind: 'overflow',
    code: 'model.overflow.unfittable',
    message:
      `The request cannot be made to fit: what has to stay takes ${input} tokens (instructions ${instructions}, tools ${tools}, ` +
      `the last messages ${input - instructions - tools}), and there is room for ${Math.max(0, limit)} beside ${floor} for the answer. ` +
      `Shorten the input or the instructions, offer fewer tools, or use a backend with a window of at least ${input + floor} tokens.`,
    limits: { window, input },
  });
}
