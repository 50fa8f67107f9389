import type { JsonValue } from '@switchyard/contracts';
import { BEAM_SAMPLE, LOCOMO_SAMPLE, sampleConversations } from './sample.js';
import { toBeam } from './to-beam.js';
import { toLocomo } from './to-locomo.js';

/** What stands in `samples/`, by path. */
export function sampleFiles(): Map<string, string> {
  const conversations = sampleConversations();
  const files = new Map([[LOCOMO_SAMPLE, written(toLocomo(conversations))]]);
  for (const [index, conversation] of conversations.entries()) {
    const { chat, probing } = toBeam(conversation);
    const folder = `${BEAM_SAMPLE}/${index + 1}`;
    files.set(`${folder}/chat.json`, written(chat));
    files.set(`${folder}/probing_questions/probing_questions.json`, written(probing));
  }
  return files;
}

function written(value: JsonValue): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
