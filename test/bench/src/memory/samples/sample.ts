import { fileURLToPath } from 'node:url';
import type { Conversation } from '../corpus.js';
import { generate } from '../generator/generate.js';

/** Where the samples stand: of sources and of what is built from them alike. */
export const SAMPLES = fileURLToPath(new URL('../../../samples/', import.meta.url));
export const LOCOMO_SAMPLE = `${SAMPLES}locomo-sample.json`;
export const BEAM_SAMPLE = `${SAMPLES}beam/chats/100K`;

const SEED = 5;

/** The small conversations that are shipped in the formats of data sets that are not. All of it is generated. */
export function sampleConversations(): Conversation[] {
  return generate({ seed: SEED, conversations: 2, sessions: 5, chatter: 3 });
}
