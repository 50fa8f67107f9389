import type { ScriptedCall } from './scripted-backend.js';

/** A model that asks once too often where the number of its task can be divided by five. */
export const OTHER_MODEL = 'other';

export interface Asked {
  model?: string;
  messages: { role: string; content?: unknown }[];
}

/** How many calls a model asks for before it says that it is done. */
export function callsOf({ model, messages }: Asked, steps: number): number {
  if (model !== OTHER_MODEL) return steps;
  const task = messages.find(({ role }) => role === 'user');
  const number = Number(/\d+/.exec(JSON.stringify(task?.content ?? ''))?.[0] ?? 1);
  return number % 5 === 0 ? steps + 1 : steps;
}

/** The answer of the wire API of OpenAI to a request with so many results. */
export function answer(done: number, steps: number, { tool, arguments: args }: ScriptedCall): object {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const call = { id: `c${done}`, type: 'function', function: { name: tool, arguments: JSON.stringify(args) } };
  const message =
    done < steps
      ? { role: 'assistant', content: null, tool_calls: [call] }
      : { role: 'assistant', content: `${done} steps` };
  const finish_reason = done < steps ? 'tool_calls' : 'stop';
  return {
    id: `r${done}`,
    object: 'chat.completion',
    model: 'nothing',
    choices: [{ index: 0, message, finish_reason }],
    usage,
  };
}
