import { createHash } from 'node:crypto';

/** What OpenAI, Anthropic and Gemini all take as the name of a function. */
const MAX_LENGTH = 64;
const HASH_LENGTH = 8;

/**
 * A server's tool as models see it: `<server>_<tool>` in [A-Za-z0-9_-]{1,64}. Other characters become "_"; a name that
 * is too long is cut and closed with a hash of the whole, so that it stays the same on every host.
 */
export function modelToolName(server: string, tool: string): string {
  const name = `${server}_${tool.replace(/[^A-Za-z0-9_-]/g, '_')}`;
  if (name.length <= MAX_LENGTH) return name;
  const hash = createHash('sha256').update(`${server}.${tool}`).digest('hex').slice(0, HASH_LENGTH);
  return `${name.slice(0, MAX_LENGTH - HASH_LENGTH - 1)}_${hash}`;
}
