import type { JsonObject, JsonValue } from '@switchyard/contracts';

const FINE: JsonObject = { 200: { description: 'Fine' } };
const parameter = (name: string, place: string, more: JsonObject = {}): JsonObject => ({
  name,
  in: place,
  required: place === 'path',
  schema: { type: 'string' },
  ...more,
});
const body = (mediaType: string, schema: JsonValue, more: JsonObject = {}): JsonObject => ({
  required: true,
  content: { [mediaType]: { schema, ...more } },
});
const list: JsonObject = { type: 'array', items: { type: 'string' } };

/** The document of the shop that the fixture is. */
export function bookshop(): JsonObject {
  return {
    openapi: '3.1.0',
    info: { title: 'Bookshop', version: '1' },
    security: [],
    components: {
      securitySchemes: {
        shop_key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        query_key: { type: 'apiKey', in: 'query', name: 'key' },
        cookie_key: { type: 'apiKey', in: 'cookie', name: 'key' },
        basic: { type: 'http', scheme: 'basic' },
        bearer: { type: 'http', scheme: 'bearer' },
        shop_oauth: {
          type: 'oauth2',
          flows: { clientCredentials: { tokenUrl: '/token', scopes: { orders: 'Orders' } } },
        },
      },
      schemas: {
        Order: {
          type: 'object',
          properties: {
            book: { type: 'integer' },
            count: { type: 'integer', minimum: 1 },
            gift: { $ref: '#/components/schemas/Order' },
          },
          required: ['book'],
        },
      },
    },
    paths: {
      '/books': {
        get: {
          operationId: 'listBooks',
          tags: ['books'],
          summary: 'The books of the shop',
          security: [{ shop_key: [] }],
          parameters: [parameter('page', 'query', { schema: { type: 'integer' } }), parameter('X-Api-Key', 'header')],
          responses: FINE,
        },
      },
      '/books/{id}': {
        get: {
          operationId: 'getBook',
          tags: ['books'],
          security: [{ shop_key: [] }],
          parameters: [parameter('id', 'path')],
          responses: FINE,
        },
      },
      '/orders': {
        post: {
          operationId: 'createOrder',
          tags: ['orders'],
          requestBody: body('application/json', { $ref: '#/components/schemas/Order' }),
          responses: FINE,
        },
      },
      '/orders/{id}': {
        put: {
          operationId: 'replaceOrder',
          tags: ['orders'],
          parameters: [parameter('id', 'path')],
          requestBody: body('application/json', { $ref: '#/components/schemas/Order' }),
          responses: FINE,
        },
        delete: { operationId: 'cancelOrder', parameters: [parameter('id', 'path')], responses: FINE },
      },
      '/places/{where}': {
        get: {
          operationId: 'everywhere',
          parameters: [
            parameter('where', 'path', { schema: list, style: 'label', explode: true }),
            parameter('tags', 'query', { schema: list, style: 'pipeDelimited', explode: false }),
            parameter('filter', 'query', { schema: { type: 'object' }, style: 'deepObject', explode: true }),
            parameter('X-Trace', 'header', { schema: list }),
            parameter('session', 'cookie'),
          ],
          responses: FINE,
        },
      },
      '/form': {
        post: {
          operationId: 'sendForm',
          requestBody: body('application/x-www-form-urlencoded', {
            type: 'object',
            properties: { name: { type: 'string' }, tags: list },
          }),
          responses: FINE,
        },
      },
      '/files': {
        post: {
          operationId: 'sendFiles',
          requestBody: body('multipart/form-data', {
            type: 'object',
            properties: {
              note: { type: 'string' },
              about: { type: 'object' },
              file: { type: 'string', contentMediaType: 'application/octet-stream' },
            },
          }),
          responses: FINE,
        },
      },
      '/text': {
        post: { operationId: 'sendText', requestBody: body('text/plain', { type: 'string' }), responses: FINE },
      },
      '/secure/query': { get: { operationId: 'byQuery', security: [{ query_key: [] }], responses: FINE } },
      '/secure/cookie': { get: { operationId: 'byCookie', security: [{ cookie_key: [] }], responses: FINE } },
      '/secure/basic': { get: { operationId: 'byBasic', security: [{ basic: [] }], responses: FINE } },
      '/secure/bearer': { get: { operationId: 'byBearer', security: [{ bearer: [] }], responses: FINE } },
      '/secure/oauth': { post: { operationId: 'byOauth', security: [{ shop_oauth: ['orders'] }], responses: FINE } },
    },
  };
}
