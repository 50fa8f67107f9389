import { isCanonicalMessage, assistantMessage, textOf, userMessage } from '@switchyard/models';
import { fromValue, type JsonObject, type RunEvent } from '@switchyard/contracts';
import { HISTORY_BYTES } from '../tasks/thread-history.js';

interface Said {
  role: 'user' | 'assistant';
  text: string;
}

/**
 * What was said in a run and before it in its thread, for the agent that takes the conversation over: canonical messages
 * of the user and the assistant, without tool calls, results and recalled memories. Where it is too much, the oldest go.
 */
export function callerConversation(events: readonly RunEvent[]): JsonObject[] {
  const kept: Said[] = [];
  let bytes = 0;
  for (const said of [...events.flatMap(earlier), ...events.flatMap(saidIn)].reverse()) {
    bytes += Buffer.byteLength(said.text);
    if (bytes > HISTORY_BYTES) break;
    kept.unshift(said);
  }
  return kept.map(({ role, text }) => {
    const message = role === 'user' ? userMessage(text) : assistantMessage(text);
    return { role: message.role, parts: [{ type: 'text', text }] };
  });
}

/** What came with the thread, or with the run's own caller: it stands before the run's input. */
function earlier({ body }: RunEvent): Said[] {
  return body.case === 'inputAppended' && body.value.source === 'thread' ? body.value.messages.flatMap(textsOf) : [];
}

function saidIn({ body }: RunEvent): Said[] {
  switch (body.case) {
    case 'runAccepted': {
      const input = fromValue(body.value.input);
      return [{ role: 'user', text: typeof input === 'string' ? input : JSON.stringify(input, null, 2) }];
    }
    case 'inputAppended':
      return body.value.source === 'user' ? body.value.messages.flatMap(textsOf) : [];
    case 'modelTurnCompleted':
      return textsOf(body.value.message ?? {});
    default:
      return [];
  }
}

function textsOf(message: JsonObject): Said[] {
  if (!isCanonicalMessage(message)) return [];
  const { role } = message;
  const text = textOf(message);
  return (role === 'user' || role === 'assistant') && text.trim() !== '' ? [{ role, text }] : [];
}
