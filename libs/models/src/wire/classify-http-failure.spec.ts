import { describe, expect, it } from '@jest/globals';
import { classifyHttpFailure } from './classify-http-failure.js';
import { targetOf } from './reading.fixture.js';
import { retryAfterOf } from './retry-after.js';

const TARGET = targetOf({ api: 'openai-chat' });
const classify = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  classifyHttpFailure(
    { status, headers: new Headers(headers), text: typeof body === 'string' ? body : JSON.stringify(body) },
    TARGET,
  );
const openai = (message: string, type = '', code: string | null = null): unknown => ({
  error: { message, type, param: null, code },
});
const claude = (message: string, type: string): unknown => ({ type: 'error', error: { type, message } });

describe('what a provider answers instead of an answer', () => {
  it.each([
    [
      'OpenAI wrong key',
      401,
      openai('Incorrect API key provided', 'invalid_request_error', 'invalid_api_key'),
      'auth',
      false,
    ],
    ['Anthropic permission', 403, claude('not allowed', 'permission_error'), 'auth', false],
    ['no credit', 402, openai('Insufficient Balance'), 'quota', false],
    [
      'OpenAI insufficient_quota',
      429,
      openai('You exceeded your current quota, please check your plan', 'insufficient_quota', 'insufficient_quota'),
      'quota',
      false,
    ],
    [
      'Anthropic credit',
      400,
      claude('Your credit balance is too low to access the API', 'invalid_request_error'),
      'quota',
      false,
    ],
    ['OpenAI rate limit', 429, openai('Rate limit reached', 'requests', 'rate_limit_exceeded'), 'rate_limited', true],
    ['429 without words', 429, '', 'rate_limited', true],
    [
      'unknown model',
      404,
      openai('The model `x` does not exist', 'invalid_request_error', 'model_not_found'),
      'bad_request',
      false,
    ],
    [
      'OpenAI overflow',
      400,
      openai("This model's maximum context length is 8192 tokens.", 'invalid_request_error', 'context_length_exceeded'),
      'overflow',
      false,
    ],
    [
      'Anthropic overflow',
      400,
      claude('prompt is too long: 205000 tokens > 200000 maximum', 'invalid_request_error'),
      'overflow',
      false,
    ],
    [
      'Anthropic overflow with max_tokens',
      400,
      claude('input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000', 'invalid_request_error'),
      'overflow',
      false,
    ],
    ['llama.cpp overflow', 400, openai('the request exceeds the available context size'), 'overflow', false],
    [
      'Gemini overflow in an array',
      400,
      [
        {
          error: {
            code: 400,
            message: 'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).',
          },
        },
      ],
      'overflow',
      false,
    ],
    ['too large', 413, '', 'overflow', false],
    [
      'Groq tokens per minute as 413',
      413,
      openai('Request too large: tokens per minute (TPM) limit', 'tokens', 'rate_limit_exceeded'),
      'rate_limited',
      true,
    ],
    [
      'throttling that speaks of tokens',
      429,
      { message: 'ThrottlingException: Too many tokens, please wait' },
      'rate_limited',
      true,
    ],
    [
      'content filter',
      400,
      openai('The response was filtered due to the content management policy', '', 'content_filter'),
      'refused',
      false,
    ],
    ['wrong parameter', 400, openai("Unknown parameter: 'foo'", 'invalid_request_error'), 'bad_request', false],
    ['validation', 422, { detail: [{ msg: 'field required' }] }, 'bad_request', false],
    ['internal error', 500, openai('The server had an error', 'server_error'), 'unavailable', true],
    ['bad gateway as HTML', 502, '<html><body>Bad gateway</body></html>', 'unavailable', true],
    ['service unavailable', 503, '', 'overloaded', true],
    ['Anthropic overloaded', 529, claude('Overloaded', 'overloaded_error'), 'overloaded', true],
    ['request timeout', 408, '', 'timeout', true],
    ['moved', 307, 'The endpoint has moved', 'bad_request', false],
  ])('%s (%i) is %s', (_name, status, body, kind, retryable) => {
    const error = classify(status, body);
    expect(error).toMatchObject({
      kind,
      retryable,
      status,
      code: status === 404 ? 'model.not_found' : `model.${kind}`,
    });
    expect(error.message).toContain('Backend test (asked-model)');
    expect(error.message).not.toContain('<html>');
  });

  it('says the advice after a whole sentence', () => {
    expect(classify(429, openai('slow down')).message).toContain('answered 429: slow down. Slow down, or wait.');
    expect(classify(429, openai('slow down!')).message).toContain('slow down! Slow down, or wait.');
    expect(classify(503, '').message).toContain('answered 503: no explanation. The provider');
  });

  it('keeps how long to wait, wherever it is said', () => {
    expect(classify(429, openai('slow'), { 'retry-after': '2' }).retryAfterMs).toBe(2_000);
    expect(classify(429, openai('slow'), { 'retry-after': '2', 'retry-after-ms': '1500' }).retryAfterMs).toBe(1_500);
    expect(classify(429, openai('Please try again in 2.5s.')).retryAfterMs).toBe(2_500);
    const gemini = {
      error: {
        code: 429,
        message: 'You exceeded your current quota',
        status: 'RESOURCE_EXHAUSTED',
        details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }],
      },
    };
    expect(classify(429, gemini)).toMatchObject({ kind: 'rate_limited', retryAfterMs: 34_400 });
  });

  it('believes a server that says that a retry is useless', () => {
    expect(classify(500, '', { 'x-should-retry': 'false' }).retryable).toBe(false);
  });
});

describe('retry-after', () => {
  it('reads seconds, fractions, dates and words, and never waits for the past or for ever', () => {
    const at = (value: string): number | undefined =>
      retryAfterOf(new Headers({ 'retry-after': value }), '', Date.parse('2026-11-03T12:00:00Z'));
    expect(at('0.5')).toBe(500);
    expect(at('Tue, 03 Nov 2026 12:00:30 GMT')).toBe(30_000);
    expect(at('Tue, 03 Nov 2026 11:00:00 GMT')).toBe(0);
    expect(at('999999999')).toBe(86_400_000);
    expect(at('soon')).toBeUndefined();
    expect(retryAfterOf(new Headers(), 'try again in 1m20s')).toBe(80_000);
    expect(retryAfterOf(new Headers(), 'try again in 120ms')).toBe(120);
  });
});
