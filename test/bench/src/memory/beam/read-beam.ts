import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';
import type { Conversation } from '../corpus.js';
import { readJson } from '../read-json.js';
import { parseBeam } from './parse-beam.js';

/**
 * The chats of a folder as BEAM has it: `chats/100K`, or one above it. Where a chat was cut, its questions were made from what was left
 * (`chat_trunecated.json`, as it is spelled there).
 *
 * @throws SwitchyardError `bench.not_found` (no folder, or no chat in it), `bench.invalid`
 */
export async function readBeam(given: string): Promise<Conversation[]> {
  const folder = await chatsIn(given);
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw new SwitchyardError('bench.not_found', `Cannot read the folder ${folder}. Is the path right?`, { cause });
  });
  const numbers = entries.filter((entry) => /^\d+$/.test(entry)).sort((one, other) => Number(one) - Number(other));
  const chats: Conversation[] = [];
  for (const number of numbers) {
    const probing = join(folder, number, 'probing_questions', 'probing_questions.json');
    const cut = join(folder, number, 'chat_trunecated.json');
    const whole = join(folder, number, 'chat.json');
    const chat = (await exists(cut)) ? cut : whole;
    if (!(await exists(chat)) || !(await exists(probing))) continue;
    chats.push(parseBeam(number, await readJson(chat), await readJson(probing)));
  }
  if (chats.length > 0) return chats;
  const message = `There are no chats in ${given}. Give the folder that holds 1/chat.json and so on, as chats/100K does, or one above it.`;
  throw new SwitchyardError('bench.not_found', message);
}

/** Where the chats of 100K stand, whichever folder of the data set was given. */
async function chatsIn(folder: string): Promise<string> {
  for (const below of ['chats/100K', '100K']) if (await exists(join(folder, below))) return join(folder, below);
  return folder;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
