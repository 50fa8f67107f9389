/**
 * Loaded into a process before its program (`node --import`): requests to `SCRIPTED_URL` are answered here, without a
 * network. The model does nothing: it asks for a tool until so many results are there, and then says that it is done.
 * What stays is the whole path of a platform: requests are rendered and answers read as ever.
 */
import { NO_OP, SCRIPTED_HOST, type ScriptedCall } from './scripted-backend.js';
import { STEPS } from './measure.js';

interface Asked {
  messages: { role: string }[];
}

const network = globalThis.fetch;
const steps = Number(process.env['BENCH_STEPS'] ?? STEPS);
const called = JSON.parse(process.env['BENCH_CALL'] ?? JSON.stringify(NO_OP)) as ScriptedCall;
const thinkMs = Number(process.env['BENCH_THINK_MS'] ?? 0);

globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith(`http://${SCRIPTED_HOST}/`)) return network(input, init);
  const { messages } = JSON.parse(String(init?.body)) as Asked;
  if (thinkMs > 0) await new Promise((resolve) => setTimeout(resolve, thinkMs));
  const done = messages.filter(({ role }) => role === 'tool').length;
  return new Response(JSON.stringify(answer(done)), { headers: { 'content-type': 'application/json' } });
};

function answer(done: number): object {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const { tool, arguments: args } = called;
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
