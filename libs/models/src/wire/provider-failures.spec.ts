import { describe, expect, it } from '@jest/globals';
import type { ModelErrorKind } from '../model-error.js';
import { ModelError } from '../model-error.js';
import type { WireApiName } from '../profile/profile.js';
import { chunk, readEvents, targetOf } from './reading.fixture.js';
import { wireApi } from './wire-apis.js';

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
type Row = [string, WireApiName, Answer, ModelErrorKind, boolean, number?];

const openai = (message: string, type: string, code: string | null = null): unknown => ({
  error: { message, type, param: null, code },
});
const claude = (type: string, message: string): unknown => ({ type: 'error', error: { type, message } });
const google = (code: number, status: string, message: string, details: unknown[] = []): unknown => ({
  error: { code, message, status, details },
});
const RATE = openai('Rate limit reached for requests', 'requests', 'rate_limit_exceeded');

/** What endpoints answer instead of an answer: the kind, whether the same request may help, how long to wait. */
const ANSWERS: Row[] = [
  [
    'retry-after in seconds',
    'openai-chat',
    { status: 429, body: RATE, headers: { 'retry-after': '7' } },
    'rate_limited',
    true,
    7_000,
  ],
  [
    'retry-after-ms goes before retry-after',
    'openai-chat',
    { status: 429, body: RATE, headers: { 'retry-after': '7', 'retry-after-ms': '6500' } },
    'rate_limited',
    true,
    6_500,
  ],
  [
    'x-should-retry: false forbids what would be tried',
    'openai-chat',
    { status: 500, body: openai('The server had an error', 'server_error'), headers: { 'x-should-retry': 'false' } },
    'unavailable',
    false,
  ],
  [
    'x-should-retry: true allows what would not be',
    'openai-chat',
    { status: 409, body: openai('Conflict', 'conflict'), headers: { 'x-should-retry': 'true' } },
    'bad_request',
    true,
  ],
  [
    'x-should-retry: true does not make an overflow fit',
    'openai-chat',
    {
      status: 400,
      body: openai('too long', 'invalid_request_error', 'context_length_exceeded'),
      headers: { 'x-should-retry': 'true' },
    },
    'overflow',
    false,
  ],
  [
    'OpenAI insufficient_quota is not tried again, even with a delay',
    'openai-chat',
    {
      status: 429,
      body: openai('You exceeded your current quota', 'insufficient_quota', 'insufficient_quota'),
      headers: { 'retry-after': '1' },
    },
    'quota',
    false,
    1_000,
  ],
  ['Anthropic 529', 'anthropic', { status: 529, body: claude('overloaded_error', 'Overloaded') }, 'overloaded', true],
  [
    'Anthropic 429',
    'anthropic',
    {
      status: 429,
      body: claude('rate_limit_error', 'Number of request tokens has exceeded'),
      headers: { 'retry-after': '12' },
    },
    'rate_limited',
    true,
    12_000,
  ],
  [
    'Gemini says the delay in the body (RetryInfo)',
    'gemini',
    {
      status: 429,
      body: google(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan', [
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' },
      ]),
    },
    'rate_limited',
    true,
    34_400,
  ],
  [
    'Gemini without a delay means the account',
    'gemini',
    { status: 429, body: google(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan') },
    'quota',
    false,
  ],
  [
    'Bedrock ThrottlingException speaks of tokens and means speed',
    'bedrock',
    {
      status: 429,
      body: { message: 'Too many tokens, please wait before trying again.' },
      headers: { 'x-amzn-errortype': 'ThrottlingException' },
    },
    'rate_limited',
    true,
  ],
  ['Cerebras 400 without a body', 'openai-chat', { status: 400 }, 'overflow', false],
  ['Cerebras 413 without a body', 'openai-chat', { status: 413 }, 'overflow', false],
  [
    'Groq 413 of tokens per minute',
    'openai-chat',
    {
      status: 413,
      body: openai('Request too large: tokens per minute (TPM): Limit 6000', 'tokens', 'rate_limit_exceeded'),
    },
    'rate_limited',
    true,
  ],
  [
    'Azure content filter',
    'openai-chat',
    { status: 400, body: openai("filtered due to Azure OpenAI's content management policy", '', 'content_filter') },
    'refused',
    false,
  ],
];

/** Errors within a stream that began with 200. */
const STREAMED: [string, WireApiName, object[], ModelErrorKind, boolean][] = [
  ['Anthropic overloaded_error', 'anthropic', [claude('overloaded_error', 'Overloaded') as object], 'overloaded', true],
  ['Anthropic api_error', 'anthropic', [claude('api_error', 'Internal server error') as object], 'unavailable', true],
  [
    'OpenAI error object after text',
    'openai-chat',
    [chunk({ content: 'Hi' }), openai('The server had an error', 'server_error') as object],
    'unavailable',
    true,
  ],
  [
    'OpenRouter rate limit after text',
    'openai-chat',
    [chunk({ content: 'Hi' }), { error: { code: 429, message: 'Rate limit exceeded' }, choices: [] }],
    'rate_limited',
    true,
  ],
  [
    'an overflow that shows while streaming',
    'openai-chat',
    [openai("This model's maximum context length is 8192 tokens.", 'BadRequestError') as object],
    'overflow',
    false,
  ],
  [
    'a status without words',
    'openai-chat',
    [chunk({ content: 'Hi' }), { error: { code: 402, message: 'Add funds' } }],
    'quota',
    false,
  ],
  ['Gemini 503', 'gemini', [google(503, 'UNAVAILABLE', 'The model is overloaded.') as object], 'overloaded', true],
];

/** Ends in which the provider did not want to answer. They are answers, and nobody may take them for one. */
const REFUSALS: [string, WireApiName, object[]][] = [
  ['content_filter', 'openai-chat', [chunk({ content: 'I' }, 'content_filter')]],
  [
    'refusal',
    'anthropic',
    [
      { type: 'message_start', message: { id: 'm', role: 'assistant', model: 'c', content: [], usage: {} } },
      { type: 'message_delta', delta: { stop_reason: 'refusal' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ],
  ],
  ...['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'LANGUAGE'].map(
    (finishReason): [string, WireApiName, object[]] => [
      finishReason,
      'gemini',
      [{ candidates: [{ content: { parts: [{ text: 'I' }], role: 'model' }, finishReason }] }],
    ],
  ),
  ...['guardrail_intervened', 'content_filtered'].map((stopReason): [string, WireApiName, object[]] => [
    stopReason,
    'bedrock',
    [{ messageStart: { role: 'assistant' } }, { messageStop: { stopReason } }],
  ]),
];

describe('a failure', () => {
  it.each(
    ANSWERS.map(
      ([name, api, answer, kind, retryable, wait]) => [name, api, answer, { kind, retryable, wait }] as const,
    ),
  )('%s (%s)', (_name, api, { status, body, headers = {} }, { kind, retryable, wait }) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const error = wireApi(api).classifyError({ status, headers: new Headers(headers), text }, targetOf({ api }));
    expect(error).toMatchObject({ kind, retryable, status });
    expect(error.retryAfterMs).toBe(wait);
  });

  it.each(STREAMED)('within a stream: %s (%s)', (_name, api, events, kind, retryable) => {
    let thrown: unknown;
    try {
      readEvents({ api }, events);
    } catch (error) {
      thrown = error;
    }
    expect(ModelError.is(thrown)).toBe(true);
    expect(thrown).toMatchObject({ kind, retryable });
  });

  it.each(REFUSALS)('as a refusal: %s (%s)', (_name, api, events) => {
    const response = readEvents({ api }, events);
    expect(response.finishReason).toBe('refused');
    expect(response.toolCalls).toEqual([]);
  });
});
