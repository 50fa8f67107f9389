import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@switchyard/models';
import { dialectOf } from '@switchyard/models';
import type { SimulatedRequest } from '../conversation.js';
import { WireRefusal } from '../conversation.js';
import { asObject } from '../rules/schema.js';
import { pieces } from '../tokens.js';
import { readChatMl } from './chatml-prompt.js';
import { quirked } from './openai-calls.js';
import { openaiChatWire } from './openai-chat.js';
import type { ServerWire, Writing } from './wire.js';

/** Text completions as vLLM and llama.cpp serve them: a prompt in, the text of a model behind it out. */
export const completionWire: ServerWire = {
  basePath: '/v1',
  path: '/v1/completions',
  read,
  whole: (writing) => ({
    ...envelope(writing),
    choices: [choice(textOf(writing), finishOf(writing))],
    usage: usage(writing),
  }),
  events: (writing) => {
    const head = envelope(writing);
    const chunk = (text: string, finish: string | null = null): string =>
      line({ ...head, choices: [choice(text, finish)] });
    return [
      ...pieces(textOf(writing)).map((text) => chunk(text)),
      chunk('', finishOf(writing)),
      ...(writing.request.streamUsage ? [line({ ...head, choices: [], usage: usage(writing) })] : []),
      'data: [DONE]\n\n',
    ];
  },
  error: openaiChatWire.error,
  errorEvent: openaiChatWire.errorEvent,
  overflow: openaiChatWire.overflow,
};

/** What a model writes: reasoning and calls stand in the text, in Hermes' marks. */
function textOf({ answer, quirk }: Writing): string {
  const calls = answer.calls.map((call) => quirked(call, quirk?.fault));
  const written = calls.length === 0 ? '' : (dialectOf('hermes')?.write(calls) ?? '');
  const said = [answer.text, written].filter((part) => part !== '').join('\n');
  const thought = answer.reasoning === '' ? '' : `<think>\n${answer.reasoning}\n</think>\n\n`;
  // Cut by the output limit, the last call stays open.
  const cut = answer.finish === 'length' && written !== '' ? said.slice(0, -'"}}\n</tool_call>'.length) : said;
  return thought + cut;
}

function finishOf({ answer }: Writing): string {
  return answer.finish === 'length' ? 'length' : 'stop';
}

function choice(text: string, finish: string | null): JsonObject {
  return { index: 0, text, logprobs: null, finish_reason: finish };
}

function envelope({ model }: Writing): JsonObject {
  const id = `cmpl-${randomUUID().replaceAll('-', '')}`;
  return { id, object: 'text_completion', created: Math.floor(Date.now() / 1_000), model };
}

function usage({ tokens }: Writing): JsonObject {
  return {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
  };
}

function line(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function read(body: unknown): SimulatedRequest {
  const request = asObject(body) ?? {};
  const { model, prompt, stop, max_tokens: limit } = request;
  if (typeof model !== 'string') throw refusal('you must provide a model parameter');
  if (typeof prompt !== 'string') throw refusal('you must provide a prompt');
  if (stop !== undefined && (!Array.isArray(stop) || stop.length > 4)) throw refusal('stop: at most 4 strings');
  const { messages, tools } = readChatMl(prompt);
  return {
    model,
    messages,
    tools,
    toolChoice: 'auto',
    parallelToolCalls: true,
    stream: request['stream'] === true,
    streamUsage: asObject(request['stream_options'])?.['include_usage'] === true,
    // The real default.
    maxOutputTokens: typeof limit === 'number' ? limit : 16,
  };
}

function refusal(message: string): WireRefusal {
  return new WireRefusal(400, 'invalid_request_error', message);
}
