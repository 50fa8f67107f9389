import { describe, expect, it } from '@jest/globals';
import { Http } from './http.js';

const asked = async (url: string, path: string) => {
  const urls: string[] = [];
  const answer: typeof fetch = (input) => {
    urls.push(String(input));
    return Promise.resolve(new Response('{}'));
  };
  await new Http({ url, apiKey: 'sy_x', fetch: answer }).json('GET', path, { query: { limit: 1, after: undefined } });
  return urls;
};

describe('the way to the gateway', () => {
  it.each([
    ['http://127.0.0.1:7400', 'http://127.0.0.1:7400/v1/runs?limit=1'],
    ['http://127.0.0.1:7400/', 'http://127.0.0.1:7400/v1/runs?limit=1'],
    ['https://example.org/switchyard', 'https://example.org/switchyard/v1/runs?limit=1'],
    ['https://example.org/switchyard//', 'https://example.org/switchyard/v1/runs?limit=1'],
  ])('of %s keeps the path that the gateway stands below', async (url, expected) => {
    expect(await asked(url, '/v1/runs')).toEqual([expected]);
  });

  it.each(['nowhere', '', 'ftp://127.0.0.1', 'file:///etc/passwd'])('refuses %p, which is no address of one', (url) => {
    expect(() => new Http({ url, apiKey: 'sy_x' })).toThrow(/is no address of a gateway/);
  });
});
