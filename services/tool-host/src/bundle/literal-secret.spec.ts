import { describe, expect, it } from '@jest/globals';
import { literalSecret } from './literal-secret.js';

describe('a definition of a tool server', () => {
  it.each([
    [{ args: ['--port', '8080', '--token=$TOKEN'], env: ['TOKEN', 'KEY=secret:SHOP_API_KEY', 'secret:SHOP_PASSWORD'] }],
    [{ url: 'https://shop.example.com/openapi.json', header_env: { 'X-Api-Key': 'SHOP_API_KEY' } }],
    [
      {
        openapi: { document: 'Send api_key=yourkeyhere12 as a query parameter', auth: { key: { env: 'secret:SHOP' } } },
      },
    ],
  ])('that names its secrets holds none: %j', (definition) => {
    expect(literalSecret(definition)).toBeUndefined();
  });

  it.each([
    [{ args: ['serve', '--token=a1b2c3d4e5f6'] }, 'args[1]'],
    [{ args: ['--header', 'Authorization: Bearer abcdefghijklmnop'] }, 'args[1]'],
    [{ args: ['postgres://shop:hunter2@db/shop'] }, 'args[0]'],
    [{ mcp: { oauth: { scope: `ghp_${'a'.repeat(36)}` } } }, 'mcp.oauth.scope'],
    [{ openapi: { document: '-----BEGIN PRIVATE KEY-----' } }, 'openapi.document'],
  ])('that holds one is found: %j', (definition, place) => {
    expect(literalSecret(definition)).toBe(place);
  });
});
