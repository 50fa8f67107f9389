import type { Part } from '../messages/message.js';
import type { Profile } from '../profile/profile.js';

/** The text of the reasoning that goes back, because its reader wrote it and the profile replays it as text; empty if none does. */
export function ownReasoning(parts: readonly Part[], profile: Profile): string {
  const { replay, signer } = profile.reasoning;
  if (replay !== 'field' || signer === '') return '';
  return parts.map((part) => (part.type === 'reasoning' && part.signer === signer ? part.text : '')).join('');
}
