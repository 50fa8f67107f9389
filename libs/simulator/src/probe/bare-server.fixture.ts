import { dialectOf } from '@switchyard/models';
import type { CountingServer } from './server.fixture.js';
import { bodyOf, json, serve } from './server.fixture.js';

/** How a server of an open model differs from the one that everybody imitates. */
export interface Quirks {
  /** No parser: calls are left in the text, in this dialect. */
  dialect?: string;
  /** The dialect in which the model writes the call of a tool that it is told of in words. */
  tells?: string;
  /** Before every answer. */
  before?: string;
  /** The field that holds reasoning. */
  reasoningField?: string;
  /** Answers whole where a stream is asked for. */
  streams?: boolean;
  counts?: boolean;
  /** Pieces of calls have their place. */
  indexes?: boolean;
  /** Says `stop` whatever the end is. */
  alwaysStop?: boolean;
  /** Only the first of several calls. */
  oneCall?: boolean;
  /** More members of the one listed model. */
  listed?: object;
  idOf?: (name: string, place: number) => string;
  /** Why a request is answered 400; undefined takes it. */
  refuse?: (body: ChatBody) => string | undefined;
  status?: number;
}

export interface ChatBody extends Record<string, unknown> {
  messages: { role: string; content?: unknown; tool_calls?: { id: string }[]; tool_call_id?: string }[];
}

interface Call {
  id: string;
  name: string;
  arguments: Record<string, string>;
}

/** Speaks chat completions as a server of an open model does, with one model that calls a calculator and a clock. */
export function serveBareModel(quirks: Quirks = {}): Promise<CountingServer> {
  return serve(async (request, response) => {
    if (request.method === 'GET' && request.url === '/v1/models')
      return json(response, 200, { object: 'list', data: [{ id: 'bare', object: 'model', ...quirks.listed }] });
    if (request.url !== '/v1/chat/completions') return json(response, 404, { detail: 'Not Found' });
    const body = (await bodyOf(request)) as ChatBody;
    const refusal = quirks.refuse?.(body);
    if (refusal !== undefined)
      return json(response, quirks.status ?? 400, {
        object: 'error',
        message: refusal,
        type: 'BadRequestError',
        code: 400,
      });
    const calls = callsFor(body, quirks).slice(0, quirks.oneCall === true ? 1 : 2);
    const text = calls.length === 0 ? answerTo(body) : written(calls, quirks.dialect ?? quirks.tells);
    const cut = limitOf(body) <= 16 && calls.length === 0;
    const message = {
      role: 'assistant',
      content: (quirks.before ?? '') + (cut ? 'one, two, three' : text),
      ...(quirks.reasoningField === undefined ? {} : { [quirks.reasoningField]: 'Hm.' }),
      ...(calls.length > 0 && quirks.dialect === undefined && quirks.tells === undefined
        ? { tool_calls: calls.map((call, place) => entry(call, place, quirks)) }
        : {}),
    };
    const finish = quirks.alwaysStop === true ? 'stop' : cut ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop';
    const characters = JSON.stringify(body.messages).length;
    const usage =
      quirks.counts === false
        ? {}
        : {
            usage: {
              prompt_tokens: Math.ceil(characters / 3),
              completion_tokens: cut ? limitOf(body) : 12,
              total_tokens: Math.ceil(characters / 3) + (cut ? limitOf(body) : 12),
            },
          };
    const base = { id: 'chatcmpl-1', model: 'bare', created: 0 };
    if (body['stream'] !== true || quirks.streams === false)
      return json(response, 200, {
        ...base,
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: finish }],
        ...usage,
      });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of [
      { ...base, choices: [{ index: 0, delta: message, finish_reason: null }] },
      { ...base, choices: [{ index: 0, delta: {}, finish_reason: finish }] },
      { ...base, choices: [], ...usage },
    ])
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    response.end('data: [DONE]\n\n');
  });
}

function entry(call: Call, place: number, { indexes, idOf }: Quirks): object {
  const { name } = call;
  return {
    ...(indexes === false ? {} : { index: place }),
    id: idOf?.(name, place) ?? `call_${place}${'a'.repeat(20)}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(call.arguments) },
  };
}

function written(calls: Call[], dialect: string | undefined): string {
  if (dialect === undefined) return '';
  return (
    dialectOf(dialect)?.write(calls.map((call, place) => ({ ...call, id: `functions.${call.name}:${place}` }))) ?? ''
  );
}

function callsFor(body: ChatBody, { tells }: Quirks): Call[] {
  const last = body.messages.at(-1);
  const question = last?.role === 'user' ? textOf(last.content) : '';
  const tools = Array.isArray(body['tools']) ? JSON.stringify(body['tools']) : '';
  const choice = body['tool_choice'];
  const named = JSON.stringify(choice ?? '').includes('"clock"');
  const offered = tools !== '' || (tells !== undefined && question.includes('<tools>'));
  if (choice === 'none' || !offered) return [];
  const sum = question.includes('17%') && !named;
  const time = question.includes('Tokyo');
  return [
    ...(sum ? [{ id: '', name: 'calculator', arguments: { expression: '0.17 * 2340' } }] : []),
    ...(time ? [{ id: '', name: 'clock', arguments: { timezone: 'Asia/Tokyo' } }] : []),
  ];
}

function answerTo(body: ChatBody): string {
  const last = body.messages.at(-1);
  return last?.role === 'tool' ? `It is ${textOf(last.content)}.` : 'ready';
}

function textOf(content: unknown): string {
  return typeof content === 'string' ? content : JSON.stringify(content ?? '');
}

function limitOf(body: ChatBody): number {
  const limit = body['max_tokens'] ?? body['max_completion_tokens'];
  return typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
}
