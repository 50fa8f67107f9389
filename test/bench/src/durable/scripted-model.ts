/**
 * Loaded into a process before its program (`node --import`): requests to `SCRIPTED_URL` are answered here, without a
 * network. The model does nothing: it asks for a tool until so many results are there, and then says that it is done.
 * What stays is the whole path of a platform: requests are rendered and answers read as ever.
 */
import { answer, callsOf, type Asked } from './scripted-answer.js';
import { NO_OP, SCRIPTED_HOST, type ScriptedCall } from './scripted-backend.js';
import { STEPS } from './measure.js';

const network = globalThis.fetch;
const steps = Number(process.env['BENCH_STEPS'] ?? STEPS);
const called = JSON.parse(process.env['BENCH_CALL'] ?? JSON.stringify(NO_OP)) as ScriptedCall;
const thinkMs = Number(process.env['BENCH_THINK_MS'] ?? 0);

globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith(`http://${SCRIPTED_HOST}/`)) return network(input, init);
  const asked = JSON.parse(String(init?.body)) as Asked;
  if (thinkMs > 0) await new Promise((resolve) => setTimeout(resolve, thinkMs));
  const done = asked.messages.filter(({ role }) => role === 'tool').length;
  return new Response(JSON.stringify(answer(done, callsOf(asked, steps), called)), {
    headers: { 'content-type': 'application/json' },
  });
};
