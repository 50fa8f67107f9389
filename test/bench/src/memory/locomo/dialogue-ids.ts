/**
 * Ids of turns in a field of `locomo10.json`: beside `D1:3` it has several in one text ("D8:6; D9:17", "D9:1 D4:4"), a colon too
 * many ("D:11:26") and leading zeros ("D30:05").
 */
export function dialogueIds(text: string): string[] {
  return [...text.matchAll(/D:?(\d+):(\d+)/g)].map(([, session, turn]) => `D${Number(session)}:${Number(turn)}`);
}
