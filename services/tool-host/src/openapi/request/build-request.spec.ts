import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import type { Operation, Parameter, Style } from '../operation.js';
import { buildRequest } from './build-request.js';
import { writePairs, writePathValue } from './write-value.js';

const COLOURS: Readonly<Record<string, JsonValue>> = {
  text: 'blue',
  list: ['blue', 'black'],
  map: { R: 100, G: 200 },
};

/** The table of the specification (OpenAPI 3.1, Style Examples), for `color`. */
describe('a value is written as the specification has it', () => {
  it.each<[Style, boolean, string, string, string]>([
    ['simple', false, 'blue', 'blue,black', 'R,100,G,200'],
    ['simple', true, 'blue', 'blue,black', 'R=100,G=200'],
    ['label', false, '.blue', '.blue,black', '.R,100,G,200'],
    ['label', true, '.blue', '.blue.black', '.R=100.G=200'],
    ['matrix', false, ';color=blue', ';color=blue,black', ';color=R,100,G,200'],
    ['matrix', true, ';color=blue', ';color=blue;color=black', ';R=100;G=200'],
  ])('in a path: %s, explode %s', (style, explode, text, list, map) => {
    const write = (value: JsonValue) => writePathValue('color', value, { style, explode, allowReserved: false });
    expect([write(COLOURS['text'] ?? null), write(COLOURS['list'] ?? null), write(COLOURS['map'] ?? null)]).toEqual([
      text,
      list,
      map,
    ]);
  });

  it.each<[Style, boolean, string, string, string]>([
    ['form', false, 'color=blue', 'color=blue,black', 'color=R,100,G,200'],
    ['form', true, 'color=blue', 'color=blue&color=black', 'R=100&G=200'],
    ['spaceDelimited', false, 'color=blue', 'color=blue%20black', 'color=R%20100%20G%20200'],
    ['pipeDelimited', false, 'color=blue', 'color=blue%7Cblack', 'color=R%7C100%7CG%7C200'],
    ['deepObject', true, 'color=blue', 'color[]=blue&color[]=black', 'color[R]=100&color[G]=200'],
  ])('in a query: %s, explode %s', (style, explode, text, list, map) => {
    const write = (value: JsonValue) =>
      writePairs('color', value, { style, explode, allowReserved: false })
        .map((pair) => pair.join('='))
        .join('&');
    expect([write(COLOURS['text'] ?? null), write(COLOURS['list'] ?? null), write(COLOURS['map'] ?? null)]).toEqual([
      text,
      list,
      map,
    ]);
  });

  it('with reserved characters where the document allows them, and never so that it ends there', () => {
    const [pair] = writePairs('q', 'a/b?c&d#e+f', { style: 'form', explode: true, allowReserved: true });
    expect(pair).toEqual(['q', 'a/b?c%26d%23e%2Bf']);
  });
});

const parameter = (init: Partial<Parameter> & Pick<Parameter, 'name' | 'place'>): Parameter => ({
  argument: init.name,
  style: init.place === 'query' || init.place === 'cookie' ? 'form' : 'simple',
  explode: init.place === 'query' || init.place === 'cookie',
  allowReserved: false,
  json: false,
  ...init,
});
const operation = (init: Partial<Operation>): Operation => ({
  name: 'op',
  method: 'GET',
  path: '/',
  tags: [],
  description: '',
  inputSchema: {},
  effect: 'pure',
  baseUrl: 'https://api.example.com/v1',
  parameters: [],
  security: [],
  ...init,
});

describe('a request', () => {
  const user = operation({ path: '/users/{id}/posts', parameters: [parameter({ name: 'id', place: 'path' })] });

  it.each([
    '.',
    '..',
    '%2e%2e',
    '',
    '../admin',
    'a/../b',
    '\\..\\',
    '//evil.example',
    '?admin=1',
    '#x',
    'a\u0000b',
    '\ud800',
  ])('goes to its own path, whatever an argument says: %j', (id) => {
    const sent = requestOrRefusal(user, { id });
    if (sent === 'refused') return;
    expect(sent.url.origin).toBe('https://api.example.com');
    expect(sent.url.pathname).toMatch(/^\/v1\/users\/[^/]+\/posts$/);
    expect(sent.url.search + sent.url.hash).toBe('');
  });

  it('goes to its own path, whatever arguments of any kind say', () => {
    const place = operation({
      path: '/a/{x}{y}/b',
      parameters: [
        parameter({ name: 'x', place: 'path' }),
        parameter({ name: 'y', place: 'path', style: 'label', explode: true }),
        parameter({ name: 'q', place: 'query', style: 'deepObject' }),
      ],
    });
    const piece = fc.oneof(fc.constantFrom('.', '..', '/', '%2e', '\\', '@', ':', ''), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.oneof(piece, fc.array(piece), fc.dictionary(piece, piece)), piece, fc.jsonValue(), (x, y, q) => {
        const sent = requestOrRefusal(place, { x, y, q: q as JsonValue });
        if (sent === 'refused') return;
        expect(sent.url.origin).toBe('https://api.example.com');
        expect(sent.url.pathname).toMatch(/^\/v1\/a\/[^/]+\/b$/);
        expect(sent.url.hash).toBe('');
      }),
    );
  });

  it('has no header that an argument broke in two', () => {
    const headed = operation({ parameters: [parameter({ name: 'X-Note', place: 'header' })] });
    expect(requestOrRefusal(headed, { 'X-Note': 'a\r\nX-Admin: 1' })).toBe('refused');
    expect(buildRequest(headed, { 'X-Note': ['a', 'b'] }).headers).toEqual({ 'x-note': 'a,b' });
  });

  it('has cookies and JSON in a query written for what they are', () => {
    const request = buildRequest(
      operation({
        parameters: [
          parameter({ name: 'session', place: 'cookie' }),
          parameter({ name: 'filter', place: 'query', json: true }),
        ],
      }),
      { session: 'a; admin=1', filter: { a: [1] } },
    );
    expect(request.cookies).toEqual(['session=a%3B%20admin%3D1']);
    expect(request.url.searchParams.get('filter')).toBe('{"a":[1]}');
  });
});

function requestOrRefusal(of: Operation, args: JsonObject) {
  try {
    return buildRequest(of, args);
  } catch (error) {
    if (error instanceof SwitchyardError && error.code === 'tool.invalid_arguments') return 'refused';
    throw error;
  }
}
