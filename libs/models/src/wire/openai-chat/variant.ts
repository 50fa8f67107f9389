import type { JsonObject } from '../../json.js';
import { wellFormed } from '../../messages/turns.js';
import type { Turn } from '../../messages/turns.js';
import type { Profile } from '../../profile/profile.js';

/** Where a provider's own chat completions differ from OpenAI's. What endpoints of one wire differ in is in their profiles. */
export interface ChatVariant {
  /** Brings turns into an order that the provider takes. */
  arrange(turns: Turn[]): Turn[];
  /** The `tool_choice` that forces a call. */
  requiredChoice: 'required' | 'any';
  seedField: 'seed' | 'random_seed';
  /** Whether a result names its tool besides its call. */
  namesResults(profile: Profile): boolean;
  /** The members that hold what an assistant said, and its own reasoning; either may be empty. */
  said(text: string, reasoning: string, profile: Profile): JsonObject;
}

export const OPENAI_VARIANT: ChatVariant = {
  arrange: (turns) => turns,
  requiredChoice: 'required',
  seedField: 'seed',
  // Mistral's templates want the name as well; OpenAI's own schema has no such member.
  namesResults: (profile) => profile.callIds === 'alnum9',
  said: (text, reasoning, profile) => {
    const field = profile.reasoning.fields[0];
    return {
      content: text === '' ? null : wellFormed(text),
      ...(reasoning === '' || field === undefined ? {} : { [field]: wellFormed(reasoning) }),
    };
  },
};
