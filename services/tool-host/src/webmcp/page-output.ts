import { SwitchyardError } from '@switchyard/contracts';
import type { ToolOutput, ToolPart } from '../tools/tool.js';
import { isRecord } from './page-tool.js';

/** Characters of one answer. What is more is not looked at: a page may answer with anything. */
const MAX_OUTPUT_CHARACTERS = 16 * 1_024 * 1_024;
const MAX_PARTS = 1_000;
const MEDIA_TYPE = /^image\/[a-z0-9.+-]{1,64}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * What a page's tool answered, in canonical parts. A text stays as it is; an answer in the form of MCP (`content`, `isError`), which many
 * pages give, is read as such; anything else is JSON.
 *
 * @throws SwitchyardError `tool.output_too_large`
 */
export function outputOf(tool: string, output: unknown): ToolOutput {
  const written = typeof output === 'string' ? output : (JSON.stringify(output) ?? 'null');
  if (written.length > MAX_OUTPUT_CHARACTERS) {
    throw new SwitchyardError(
      'tool.output_too_large',
      `"${tool}" of the page answered with ${written.length} characters, and at most ${MAX_OUTPUT_CHARACTERS} are read. It has run all the same. Ask for less, or for a part of it.`,
      { details: { tool, characters: written.length, limit: MAX_OUTPUT_CHARACTERS } },
    );
  }
  const answer = typeof output === 'string' ? parsed(output) : output;
  if (!isRecord(answer) || !Array.isArray(answer['content'])) return { content: [{ type: 'text', text: written }] };
  const blocks: unknown[] = answer['content'].slice(0, MAX_PARTS);
  const content = blocks.map(partOf);
  if (content.length === 0) content.push({ type: 'text', text: JSON.stringify(answer['structuredContent'] ?? null) });
  return { content, isError: answer['isError'] === true };
}

/** Chromium hands some answers over as JSON text. */
function parsed(text: string): unknown {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.parse(text);
  } catch {
    // A text that begins like JSON and is none is a text.
    return text;
  }
}

function partOf(block: unknown): ToolPart {
  if (isRecord(block)) {
    const { type, text, data, mimeType } = block;
    if (type === 'text' && typeof text === 'string') return { type: 'text', text };
    if (type === 'image' && typeof data === 'string' && typeof mimeType === 'string') {
      if (MEDIA_TYPE.test(mimeType) && BASE64.test(data)) return { type: 'image', mediaType: mimeType, data };
      return { type: 'text', text: '[An image that is none was left out.]' };
    }
  }
  return { type: 'text', text: JSON.stringify(block) ?? 'null' };
}
