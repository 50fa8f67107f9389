import { HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import { httpFailure } from './error-body.js';

describe('an error over HTTP', () => {
  it.each([
    ['agent.not_found', false, 404],
    ['run.not_found', false, 404],
    ['contract.malformed', false, 400],
    ['contract.invalid', false, 400],
    ['agent.invalid', false, 400],
    ['suite.invalid', false, 400],
    ['tool.invalid_arguments', false, 400],
    ['task.conflict', false, 409],
    ['run.already_ended', false, 409],
    ['run.same_backend', false, 409],
    ['run.switch_limit', false, 409],
    ['thread.busy', false, 409],
    ['task.too_large', false, 413],
    ['key.missing', false, 401],
    ['key.invalid', false, 401],
    ['key.scope', false, 403],
    ['rate.limited', true, 429],
    ['rpc.unavailable', true, 503],
    ['database.unavailable', true, 503],
    ['rpc.timeout', true, 504],
    ['model.unauthorized', false, 502],
    ['backend.none_suitable', false, 422],
    ['something.new', true, 503],
    ['something.new', false, 422],
  ])('%s (retryable: %s) has status %d and keeps its code', (code, retryable, status) => {
    const failure = httpFailure(new SwitchyardError(code, 'What happened.', { retryable, details: { a: 1 } }), 'abc');
    expect(failure.status).toBe(status);
    expect(failure.body).toEqual({
      error: { code, message: 'What happened.', retryable, details: { a: 1 }, trace_id: 'abc' },
    });
    expect(failure.retryAfter).toBe(status === 429 || status === 503 ? 1 : undefined);
  });

  it('that nobody foresaw says nothing of the inside, wherever it happened', () => {
    const secret = 'password authentication failed for user "switchyard"';
    const thrown = [
      new TypeError(secret),
      new SwitchyardError('internal', secret, { retryable: true, details: { secret } }),
      secret,
    ];
    for (const one of thrown) {
      const failure = httpFailure(one, 'abc');
      expect(failure.status).toBe(500);
      expect(failure.unforeseen).toBe(true);
      expect(JSON.stringify(failure.body)).not.toContain('password');
      expect(failure.body.error.message).toContain('abc');
    }
  });

  it('of the framework has a code of ours', () => {
    expect(httpFailure(new NotFoundException('Cannot GET /x'), '').body.error.code).toBe('route.not_found');
    expect(httpFailure(new HttpException('large', 413), '').body.error.code).toBe('http.body_too_large');
    expect(httpFailure(new HttpException('odd', 400), '').body.error.code).toBe('http.bad_request');
    expect(httpFailure(new HttpException('inside', 500), '').body.error.code).toBe('internal');
  });

  it('tells how long to wait where it is known', () => {
    const error = new SwitchyardError('rate.limited', 'x', { retryable: true, details: { retry_after_seconds: 2.2 } });
    expect(httpFailure(error, '').retryAfter).toBe(3);
  });
});
