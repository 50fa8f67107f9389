import { describe, expect, it } from '@jest/globals';
import type { ModelError } from '../../model-error.js';
import { targetOf } from '../reading.fixture.js';
import { classifyBedrockFailure } from './errors.js';

const classify = (status: number, type: string, body: unknown): ModelError =>
  classifyBedrockFailure(
    {
      status,
      headers: new Headers(type === '' ? {} : { 'x-amzn-errortype': type }),
      text: typeof body === 'string' ? body : JSON.stringify(body),
    },
    targetOf({ api: 'bedrock' }),
  );

describe('what Bedrock answers instead of an answer', () => {
  it.each([
    [429, 'ThrottlingException', 'Too many tokens, please wait before trying again.', 'rate_limited', true],
    [429, 'ThrottlingException', 'Too many tokens per day, please wait before trying again.', 'rate_limited', true],
    [400, 'ThrottlingException', 'Too many tokens', 'rate_limited', true],
    [429, 'ModelNotReadyException', 'The model is not ready for inference.', 'unavailable', true],
    [400, 'ServiceQuotaExceededException', 'Your request exceeds the service quota.', 'quota', false],
    [403, 'AccessDeniedException', "You don't have access to the model with the specified model ID.", 'auth', false],
    [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.', 'auth', false],
    [403, 'ExpiredTokenException', 'The security token included in the request is expired', 'auth', false],
    [400, 'ValidationException', 'Input is too long for requested model.', 'overflow', false],
    [
      400,
      'ValidationException',
      'The model returned the following errors: prompt is too long: 200049 tokens > 200000 maximum',
      'overflow',
      false,
    ],
    [
      400,
      'ValidationException',
      'The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds maximum length.',
      'overflow',
      false,
    ],
    [400, 'ValidationException', 'too many total text bytes: 31000000 > 25000000', 'overflow', false],
    [
      400,
      'ValidationException',
      "This model's maximum context length is 202752 tokens. However, you requested 65536 output tokens",
      'overflow',
      false,
    ],
    [
      400,
      'ValidationException',
      'The maximum tokens you requested exceeds the model limit of 8192.',
      'bad_request',
      false,
    ],
    [400, 'ValidationException', 'The provided model identifier is invalid.', 'bad_request', false],
    [404, 'ResourceNotFoundException', 'Could not resolve the foundation model.', 'bad_request', false],
    [408, 'ModelTimeoutException', 'Model has timed out in processing the request.', 'timeout', true],
    [424, 'ModelErrorException', 'The system encountered an unexpected error.', 'unavailable', true],
    [424, 'ModelErrorException', 'prompt is too long: 9 tokens > 8 maximum', 'overflow', false],
    [500, 'InternalServerException', 'The system encountered an unexpected error.', 'unavailable', true],
    [503, 'ServiceUnavailableException', 'Bedrock is unable to process your request.', 'overloaded', true],
  ])('%i %s (%s) is %s', (status, type, message, kind, retryable) => {
    const error = classify(status, type, { message });
    expect(error).toMatchObject({ kind, retryable, status });
    expect(error.message).toContain(message.replace(/\.$/, ''));
    // The name comes with an address in some answers, in others it is in the body.
    expect(classify(status, `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/`, { message }).kind).toBe(
      kind,
    );
    expect(classify(status, '', { __type: `com.amazon.coral.service#${type}`, Message: message }).kind).toBe(kind);
  });

  it('is known by its status where it has no name', () => {
    expect(classify(429, '', '')).toMatchObject({ kind: 'rate_limited' });
    expect(classify(403, '', { message: 'Forbidden' })).toMatchObject({ kind: 'auth' });
    expect(classify(502, '', '<html>Bad gateway</html>')).toMatchObject({ kind: 'unavailable' });
    expect(classify(500, 'NeverHeardOfException', {})).toMatchObject({ kind: 'unavailable' });
  });

  it('a wrong signature does not quote the request that was signed, whose session token it holds', () => {
    const message =
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key.\n\nThe Canonical String for this request should have been\n'POST\n/model/m/converse\n\nx-amz-security-token:THE-TOKEN";
    const error = classify(403, 'InvalidSignatureException', { message });
    expect(error).toMatchObject({ kind: 'auth', message: expect.stringContaining('does not match') });
    expect(error.message).not.toContain('THE-TOKEN');
  });
});
