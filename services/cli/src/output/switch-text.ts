import { oneLine } from './format.js';

/** `switched from a to b: model.unavailable: …` */
export function switchText({ from, to, reason }: { from: string; to: string; reason: string }): string {
  return `switched from ${from} to ${to}${reason === '' ? '' : `: ${oneLine(reason, 200)}`}`;
}
