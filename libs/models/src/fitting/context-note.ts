import { textOf, toolCallsOf, toolResultsOf } from '../messages/message-helpers.js';
import type { CanonicalMessage, ToolResultPart } from '../messages/message.js';

/** Marks a note as such; what a user writes never has it. */
const MODEL = 'context-note';
/** Characters of one line of a note. */
const LINE = 200;
const HEAD = /^\[(\d+) earlier message/;

/** Stands for messages that were left out. */
export function contextNote(text: string): CanonicalMessage {
  return {
    role: 'user',
    parts: [{ type: 'text', text }],
    provenance: { backend: '', profileVersion: '', model: MODEL },
  };
}

export function isContextNote(message: CanonicalMessage): boolean {
  return message.role === 'user' && message.provenance?.model === MODEL;
}

/** How many messages the messages are, with those that an earlier note among them stands for. */
export function countLeftOut(messages: readonly CanonicalMessage[]): number {
  return messages.reduce(
    (sum, message) => sum + (isContextNote(message) ? Number(HEAD.exec(textOf(message))?.[1] ?? 1) : 1),
    0,
  );
}

export function noteHead(leftOut: number): string {
  return `[${leftOut} earlier message${leftOut === 1 ? ' was' : 's were'} left out to fit the context window.]`;
}

/** What happened in messages, a line each, oldest first. Made without a model: what was said, called and answered. */
export function noteLines(messages: readonly CanonicalMessage[]): string[] {
  return messages.flatMap((message) => {
    if (isContextNote(message)) return textOf(message).split('\n').slice(1);
    const said = oneLine(textOf(message));
    return [
      ...(said === '' ? [] : [`- ${message.role}: ${said}`]),
      ...toolCallsOf(message).map(
        ({ name, arguments: args }) => `- called ${oneLine(`${name} ${JSON.stringify(args)}`)}`,
      ),
      ...toolResultsOf(message).map(
        (result) => `- ${result.name} ${result.isError ? 'failed' : 'answered'}: ${oneLine(textOf(result.parts))}`,
      ),
    ];
  });
}

/** In place of a result that was left out: what it was, so that the model can ask for it again. */
export function leftOutResult(result: ToolResultPart): ToolResultPart {
  const images = result.parts.filter((part) => part.type === 'image').length;
  const size = `${textOf(result.parts).length} characters${images === 0 ? '' : `, ${images} image${images === 1 ? '' : 's'}`}`;
  const text = `[Left out to fit the context window: the result of ${result.name}, ${size}.]`;
  return { ...result, parts: [{ type: 'text', text }] };
}

function oneLine(text: string): string {
  const line = text
    .slice(0, LINE * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= LINE ? line : `${line.slice(0, LINE - 1)}…`;
}
