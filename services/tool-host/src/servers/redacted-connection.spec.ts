import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { create, ErrorInfoSchema, SwitchyardError } from '@switchyard/contracts';
import { createLogger } from '@switchyard/telemetry';
import { Redactor } from '../secrets/redactor.js';
import type { ServerConnection } from './server-connection.js';
import { RedactedConnection, redactedLogger } from './redacted-connection.js';

const TOKEN = 'token-that-came-later';
const telling: ServerConnection = {
  status: 'failing',
  listed: true,
  lastError: create(ErrorInfoSchema, { code: 'x', message: `It says ${TOKEN}`, details: { said: [TOKEN] } }),
  tools: [],
  attempt: () => Promise.resolve(),
  reach: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const options = { signal: new AbortController().signal, timeoutMs: 1_000 };

describe('what a connection tells', () => {
  it('is without a token that it came by later: last errors, contents, failures, log lines', async () => {
    const redactor = new Redactor();
    const asked = new RedactedConnection(
      {
        ...telling,
        ask: (method) =>
          method === 'fail'
            ? Promise.reject(new SwitchyardError('tool.failed', `No: ${TOKEN}`))
            : Promise.resolve({ [method]: TOKEN }),
      },
      redactor,
    );
    expect(asked.lastError?.message).toContain(TOKEN);
    redactor.addPassing('access token', TOKEN);
    expect(asked.lastError).toMatchObject({
      message: 'It says [secret access token]',
      details: { said: ['[secret access token]'] },
    });
    expect(await asked.ask?.('read', {}, options)).toEqual({ read: '[secret access token]' });
    await expect(asked.ask?.('fail', {}, options)).rejects.toMatchObject({
      code: 'tool.failed',
      message: 'No: [secret access token]',
    });
    const written = new PassThrough();
    const logger = redactedLogger(createLogger('test', { level: 'debug', destination: written }), redactor);
    logger.warn({ err: new Error(TOKEN, { cause: new Error(TOKEN) }), said: TOKEN, times: 2 }, 'It failed');
    const line = String(written.read());
    expect(line).toContain('It failed');
    expect(line).toContain('"times":2');
    expect(line).not.toContain(TOKEN);
  });

  it('is what it was where nothing else can be asked of it', () => {
    expect(new RedactedConnection(telling, new Redactor()).ask).toBeUndefined();
  });
});
