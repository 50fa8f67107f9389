import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { validateArguments } from '@switchyard/models';
import type { Operation } from '../operation.js';
import { DocumentReader } from './document-reader.js';
import { MAX_OPERATIONS, readDocument, type ReadOptions } from './read-document.js';

const OPTIONS: ReadOptions = {
  baseUrl: 'https://api.example.com/v1/',
  documentUrl: 'https://api.example.com/openapi.json',
  operations: [],
  credentials: [],
  ownHeaders: false,
};

const document = (paths: JsonObject, more: JsonObject = {}): JsonObject => ({
  openapi: '3.1.0',
  info: { title: 'Test', version: '1' },
  paths,
  ...more,
});
const read = (value: JsonValue, options: Partial<ReadOptions> = {}) =>
  readDocument(JSON.stringify(value), { ...OPTIONS, ...options });
const operationOf = async (given: JsonObject, more: JsonObject = {}, options: Partial<ReadOptions> = {}) => {
  const { operations } = await read(document({ '/things': { post: given } }, more), options);
  return operations[0] as Operation;
};
const bodyOf = (schema: JsonValue): JsonObject => ({
  requestBody: { required: true, content: { 'application/json': { schema } } },
});
const RESPONSES = { responses: { 200: { description: 'Fine' } } };

describe('a document', () => {
  it('is read as YAML or JSON, of 3.0 and 3.1; its operations have the classes of their methods', async () => {
    const yaml = `
openapi: 3.0.3
info: { title: Pets, version: '1' }
paths:
  /pets/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get: { operationId: getPet, summary: One pet, responses: { '200': { description: Fine } } }
    put: { responses: { '200': { description: Fine } } }
    post: { responses: { '200': { description: Fine } } }
    patch: { responses: { '200': { description: Fine } }, x-switchyard-effect: idempotent }
    delete: { responses: { '200': { description: Fine } } }
`;
    const { operations, title, oddities } = await readDocument(yaml, OPTIONS);
    expect([title, oddities]).toEqual(['Pets', []]);
    expect(operations.map(({ name, effect }) => [name, effect])).toEqual([
      ['getPet', 'pure'],
      ['put_pets_id', 'idempotent'],
      ['post_pets_id', 'irreversible'],
      ['delete_pets_id', 'idempotent'],
      ['patch_pets_id', 'idempotent'],
    ]);
    expect(operations[0]).toMatchObject({
      description: 'One pet\n\nGET /pets/{id}',
      baseUrl: 'https://api.example.com/v1',
      inputSchema: { properties: { id: { type: 'integer' } }, required: ['id'], additionalProperties: false },
    });
  });

  it.each([
    ['{"swagger":"2.0"}', /Swagger 2\.0/],
    ['{"openapi":"4.0.0"}', /version is "4\.0\.0"/],
    ['{"paths":{}}', /no "openapi"/],
    ['[1]', /no object|no "openapi"/],
    ['<html></html>', /no object|no YAML/],
    ['{"openapi":"3.1.0","paths":{', /no YAML|no JSON/],
    ['{"openapi":"3.1.0","paths":{}}', /no operations/],
    [`openapi: 3.1.0\npaths: {a: *nothing}`, /no YAML/],
  ])('that is none is refused with the reason: %s', async (text, reason) => {
    await expect(readDocument(text, OPTIONS)).rejects.toThrow(reason);
  });

  it('whose aliases would unpack to gigabytes is refused', async () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level++)
      bomb.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
    await expect(readDocument(`openapi: 3.1.0\n${bomb.join('\n')}`, OPTIONS)).rejects.toThrow(/no YAML/);
  });

  it('that refers to another document is never fetched for: what needs that is unusable, and the rest is not', async () => {
    const { operations } = await read(
      document({
        '/a': {
          post: { operationId: 'far', ...bodyOf({ $ref: 'https://evil.example/schema.json#/A' }), ...RESPONSES },
        },
        '/b': { post: { operationId: 'file', ...bodyOf({ $ref: '../../etc/passwd' }), ...RESPONSES } },
        '/c': { post: { operationId: 'gone', ...bodyOf({ $ref: '#/components/schemas/Gone' }), ...RESPONSES } },
        '/d': { $ref: 'http://169.254.169.254/latest' },
        '/e': { get: { operationId: 'fine', ...RESPONSES } },
      }),
    );
    expect(operations.map(({ name, fault }) => [name, fault])).toEqual([
      ['far', expect.stringContaining('refers to another document')],
      ['file', expect.stringContaining('refers to another document')],
      ['gone', expect.stringContaining('which is not there')],
      ['fine', undefined],
    ]);
  });

  it('with cycles is read as what it is: arguments of any depth are checked', async () => {
    const components = {
      components: {
        schemas: {
          Node: {
            type: 'object',
            properties: {
              name: { type: 'string' },
              children: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
            },
            required: ['name'],
            additionalProperties: false,
          },
        },
      },
    };
    const { inputSchema } = await operationOf(
      { ...bodyOf({ $ref: '#/components/schemas/Node' }), ...RESPONSES },
      components,
    );
    const nested = (name: JsonValue) => ({ body: { name: 'a', children: [{ name: 'b', children: [{ name }] }] } });
    expect(validateArguments(inputSchema, nested('c'))).toEqual({ ok: true });
    expect(validateArguments(inputSchema, nested(7))).toMatchObject({ ok: false });
  });

  it.each([
    ['a reference to itself', { components: { schemas: { A: { $ref: '#/components/schemas/A' } } } }],
    [
      'two references to each other',
      { components: { schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } } } },
    ],
    ['a schema without end', { components: { schemas: { A: nestedItems(200) } } }],
  ])('with %s: that operation is unusable', async (_, components) => {
    const { fault } = await operationOf({ ...bodyOf({ $ref: '#/components/schemas/A' }), ...RESPONSES }, components);
    expect(fault).toBeDefined();
  });

  it('with parameters of one name in every place, and a body: none is lost', async () => {
    const at = (place: string) => ({ name: 'id', in: place, required: true, schema: { type: 'string' } });
    const { operations } = await read(
      document({
        '/things/{id}': {
          put: {
            parameters: [at('cookie'), at('header'), at('query'), at('path'), { ...at('query'), name: 'body' }],
            ...bodyOf({ type: 'object' }),
            ...RESPONSES,
          },
        },
      }),
    );
    expect(operations[0]?.parameters.map(({ argument, place }) => [argument, place])).toEqual([
      ['id', 'path'],
      ['id_in_query', 'query'],
      ['body', 'query'],
      ['id_in_header', 'header'],
      ['id_in_cookie', 'cookie'],
    ]);
    expect(operations[0]?.body?.argument).toBe('body_in_request');
    expect(Object.keys(operations[0]?.inputSchema['properties'] ?? {})).toHaveLength(6);
  });

  it('has arguments of names that every model API takes', async () => {
    const names = ['$filter', 'page[size]', 'X-Tenant', 'größe', '__proto__', '.'];
    const { parameters } = await operationOf({
      parameters: names.map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
      ...RESPONSES,
    });
    expect(parameters.map(({ name }) => name)).toEqual(names);
    for (const { argument } of parameters) expect(argument).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(new Set(parameters.map(({ argument }) => argument)).size).toBe(names.length);
  });

  it('cannot have headers filled in that are the platform’s own', async () => {
    const names = [
      'Host',
      'authorization',
      'Content-Length',
      'Transfer-Encoding',
      'Cookie',
      'Idempotency-Key',
      'X-Own',
    ];
    const { parameters } = await operationOf({
      parameters: names.map((name) => ({ name, in: 'header', schema: { type: 'string' } })),
      ...RESPONSES,
    });
    expect(parameters.map(({ name }) => name)).toEqual(['X-Own']);
  });

  it('of 3.0 means what 3.1 means: null, excluded bounds; and read-only properties are no arguments', async () => {
    const schema = {
      type: 'object',
      properties: {
        id: { type: 'string', readOnly: true },
        colour: { type: 'string', nullable: true, enum: ['red', 'blue'] },
        price: { type: 'number', minimum: 0, exclusiveMinimum: true },
        broken: { type: 'string', pattern: '(?<', required: true, maxLength: 'ten' },
      },
      required: ['id', 'price'],
    };
    const { inputSchema, fault } = await operationOf({ ...bodyOf(schema), ...RESPONSES }, { openapi: '3.0.0' });
    expect(fault).toBeUndefined();
    const check = (body: JsonObject) => validateArguments(inputSchema, { body }).ok;
    expect(check({ price: 1, colour: null })).toBe(true);
    expect([check({ price: 0 }), check({ price: 1, colour: 'green' }), check({})]).toEqual([false, false, false]);
    expect(JSON.stringify(inputSchema)).not.toContain('"id"');
  });

  it.each([
    [{ security: [{ key: [] }] }, ['key'], false, ['key'], undefined],
    [{ security: [{ key: [] }, { token: [] }] }, ['token'], false, ['token'], undefined],
    [{ security: [{}, { key: [] }] }, ['key'], false, ['key'], undefined],
    [{ security: [{}, { key: [] }] }, [], false, [], undefined],
    [{ security: [{ key: [], token: [] }] }, ['key'], false, [], /needs credentials for key with token/],
    [{ security: [{ key: [] }] }, [], true, [], undefined],
    [{ security: [{ signed: [] }] }, ['signed'], false, [], /not supported/],
    [{ security: [] }, [], false, [], undefined],
    [{}, [], false, [], /needs credentials for token/],
  ])('secured as %j with credentials for %j', async (given, credentials, ownHeaders, used, fault) => {
    const securitySchemes = {
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      token: { type: 'http', scheme: 'bearer' },
      signed: { type: 'http', scheme: 'hoba' },
    };
    const more = { components: { securitySchemes }, security: [{ token: [] }] };
    const operation = await operationOf({ ...given, ...RESPONSES }, more, { credentials, ownHeaders });
    expect(operation.security.map(({ scheme }) => scheme)).toEqual(used);
    if (fault) expect(operation.fault).toMatch(fault);
    else expect(operation.fault).toBeUndefined();
  });

  it('may name its own origin as the server, and no other: credentials would follow', async () => {
    const serverOf = async (url: string, options: Partial<ReadOptions> = {}) => {
      const { baseUrl, fault } = await operationOf(RESPONSES, { servers: [{ url }] }, { baseUrl: '', ...options });
      return fault ?? baseUrl;
    };
    expect(await serverOf('/v2/')).toBe('https://api.example.com/v2');
    expect(await serverOf('https://api.example.com/v3')).toBe('https://api.example.com/v3');
    for (const url of [
      'https://evil.example/',
      '//evil.example/',
      'http://api.example.com/',
      'https://api.example.com:8443',
    ])
      expect(await serverOf(url)).toMatch(/another one than where the document is; name it as base_url/);
    expect(await serverOf('file:///etc')).toMatch(/no http or https/);
    expect(await serverOf('https://other.example/x', { documentUrl: '' })).toBe('https://other.example/x');
    expect(await serverOf('https://evil.example/', OPTIONS)).toBe('https://api.example.com/v1');
  });

  it('is cut down to what is chosen, and what matches nothing is told', async () => {
    const paths = {
      '/pets': {
        get: { operationId: 'listPets', tags: ['pets'], ...RESPONSES },
        post: { operationId: 'addPet', ...RESPONSES },
      },
      '/pets/{id}/photos': {
        get: { operationId: 'photos', ...RESPONSES, parameters: [{ name: 'id', in: 'path', schema: {} }] },
      },
      '/shops': { get: { operationId: 'listShops', ...RESPONSES } },
    };
    const chosen = async (...operations: string[]) =>
      (await read(document(paths), { operations })).operations.map(({ name }) => name);
    expect(await chosen('tag:pets')).toEqual(['listPets']);
    expect(await chosen('list*')).toEqual(['listPets', 'listShops']);
    expect(await chosen('GET')).toEqual(['listPets', 'photos', 'listShops']);
    await expect(chosen('/pets/*')).rejects.toThrow(/none of its 4 operations is chosen/);
    expect(await chosen('GET /pets/**', 'addPet')).toEqual(['addPet', 'photos']);
    expect(await chosen('!GET')).toEqual(['addPet']);
    const { unmet } = await read(document(paths), { operations: ['GET', 'lisPets'] });
    expect(unmet).toEqual([expect.stringMatching(/"lisPets", which matches nothing.*Did you mean "listPets"/)]);
  });

  it('that breaks the specification is read as far as it can be, and is said to be odd', async () => {
    const { operations, oddities } = await read({ openapi: '3.1.0', paths: { '/a': { get: { responses: {} } } } });
    expect(operations).toHaveLength(1);
    expect(oddities).toEqual([expect.stringContaining('breaks the specification')]);
  });
});

describe('a document of five thousand operations', () => {
  const large = () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, n) => [
        `Thing${n}`,
        {
          type: 'object',
          properties: { name: { type: 'string' }, next: { $ref: `#/components/schemas/Thing${(n + 1) % 5_000}` } },
        },
      ]),
    );
    const paths = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, n) => [
        `/things/${n}`,
        {
          post: {
            operationId: `thing${n}`,
            tags: [`t${n % 10}`],
            ...bodyOf({ type: 'object', properties: { n: { const: n } } }),
            ...RESPONSES,
          },
        },
      ]),
    );
    return JSON.stringify(document(paths, { components: { schemas } }));
  };

  it('is read beside everything else, and a choice of it becomes tools; more than a toolset holds is refused with the way out', async () => {
    const reader = new DocumentReader();
    const text = large();
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    const { operations } = await reader.read(text, { ...OPTIONS, operations: ['tag:t3'] });
    expect(operations).toHaveLength(500);
    expect(turns).toBeGreaterThan(3);
    clearInterval(timer);
    await expect(reader.read(text, OPTIONS)).rejects.toThrow(
      new RegExp(`5000 of its 5000 operations are chosen, and a toolset has at most ${MAX_OPERATIONS}`),
    );
  });
});

describe('the reader of documents', () => {
  it('gives up what takes too long, and reads the next one', async () => {
    const reader = new DocumentReader(1);
    await expect(reader.read('{}', OPTIONS)).rejects.toThrow('took longer than 1 ms');
    await expect(new DocumentReader().read('{}', OPTIONS)).rejects.toThrow('no OpenAPI document');
  });
});

function nestedItems(levels: number): JsonObject {
  return levels === 0 ? {} : { type: 'array', items: nestedItems(levels - 1) };
}
