import { describe, expect, it } from '@jest/globals';
import { openApiDefinition } from './openapi-definition.js';

describe('--auth SCHEME=…', () => {
  it.each([
    ['SHOP_KEY', { env: 'SHOP_KEY' }],
    ['ID:SECRET', { id_env: 'ID', secret_env: 'SECRET' }],
    ['secret:SHOP_KEY', { env: 'secret:SHOP_KEY' }],
    ['ID:secret:PASSWORD', { id_env: 'ID', secret_env: 'secret:PASSWORD' }],
    ['secret:USER:PASSWORD', { id_env: 'secret:USER', secret_env: 'PASSWORD' }],
    ['secret:USER:secret:PASSWORD', { id_env: 'secret:USER', secret_env: 'secret:PASSWORD' }],
  ])('names variables and secrets: %s', async (names, credential) => {
    const flags = { auth: [`key=${names}`] };
    expect(await openApiDefinition('shop', 'https://shop.example.com/openapi.json', flags)).toMatchObject({
      openapi: { auth: { key: credential } },
    });
  });
});
