import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { create, OpenApiSettingsSchema, type JsonValue } from '@switchyard/contracts';
import type { ApiAnswer } from '../http/api-client.js';
import type { Operation } from '../operation.js';
import { dropFields, fieldAt, keepFields, parseFieldPath, type FieldPath } from './field-paths.js';
import { readAnswer } from './read-answer.js';
import { ResponseRules } from './response-rules.js';

const paths = (...texts: string[]): FieldPath[] => texts.map((text) => parseFieldPath(text) ?? []);
const PAGE = {
  items: [
    { id: 1, name: 'a', links: { self: { url: 'u1' } }, owner: { id: 9, name: 'o' } },
    { id: 2, name: 'b', links: { self: { url: 'u2' } }, owner: { id: 8, name: 'p' } },
  ],
  meta: { next: 'c2', total: 2 },
};

describe('fields of an answer', () => {
  it.each<[string[], JsonValue]>([
    [['items.id'], { items: [{ id: 1 }, { id: 2 }] }],
    [
      ['$.items[*].owner.name', 'meta.total'],
      { items: [{ owner: { name: 'o' } }, { owner: { name: 'p' } }], meta: { total: 2 } },
    ],
    [['**.url'], { items: [{ links: { self: { url: 'u1' } } }, { links: { self: { url: 'u2' } } }] }],
    [['items.*.name'], { items: [{ owner: { name: 'o' } }, { owner: { name: 'p' } }] }],
    [['nothing'], {}],
    [['**'], PAGE],
  ])('kept by %j', (texts, kept) => {
    expect(keepFields(PAGE, paths(...texts))).toEqual(kept);
  });

  it('are dropped wherever they are named', () => {
    expect(dropFields(PAGE, paths('items.links', '**.owner', 'meta'))).toEqual({
      items: [
        { id: 1, name: 'a' },
        { id: 2, name: 'b' },
      ],
    });
    expect(dropFields(PAGE, paths('nothing.here'))).toEqual(PAGE);
    expect(fieldAt(PAGE, parseFieldPath('meta.next') ?? [])).toBe('c2');
  });

  it('are never invented: what is kept or left is part of what was there', () => {
    const name = fc.constantFrom('a', 'b', '*', '**');
    const value = fc.object({ key: fc.constantFrom('a', 'b', 'c'), maxDepth: 4, values: [fc.integer(), fc.string()] });
    fc.assert(
      fc.property(value, fc.array(fc.array(name, { minLength: 1 }), { minLength: 1 }), (given, list) => {
        const whole = given as JsonValue;
        expect(isPart(keepFields(whole, list), whole)).toBe(true);
        expect(isPart(dropFields(whole, list), whole)).toBe(true);
      }),
    );
  });
});

const OPERATION: Operation = {
  name: 'list',
  method: 'GET',
  path: '/items',
  tags: [],
  description: '',
  inputSchema: { properties: { page: { type: 'integer' }, after: { type: 'string' } } },
  effect: 'pure',
  baseUrl: 'https://api.example.com',
  parameters: ['page', 'after'].map((name) => ({
    argument: name,
    name,
    place: 'query',
    style: 'form',
    explode: true,
    allowReserved: false,
    json: false,
  })),
  security: [],
};

const textOf = (
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
  { rules = [], status = 200 }: { rules?: object[]; status?: number } = {},
) => {
  const answer: ApiAnswer = {
    url: new URL('https://api.example.com/items'),
    status,
    statusText: '',
    headers: new Headers(headers),
    body: Buffer.from(body),
    cut: false,
  };
  const settings = create(OpenApiSettingsSchema, { responses: rules });
  const requested = new URL('https://api.example.com/items?page=1');
  const { content } = readAnswer(OPERATION, answer, {
    requested,
    rules: new ResponseRules(settings).of(OPERATION),
  });
  return content.map((part) => (part.type === 'text' ? part.text : `${part.mediaType} ${part.data}`)).join('|');
};

describe('an answer', () => {
  it('is given as it came where nothing is cut off; where something is, ids keep all their digits', () => {
    const body = '{"id": 12345678901234567890, "text": "12345678901234567890", "rate": 1.50, "more": 1}';
    expect(textOf(body)).toBe(body);
    expect(textOf(body, undefined, { rules: [{ drop: ['more'] }] })).toBe(
      '{"id":"12345678901234567890","text":"12345678901234567890","rate":1.5}',
    );
  });

  it('says how the next page is had, by its link or by the rules, of the operation’s own arguments alone', () => {
    const link = {
      'content-type': 'application/json',
      link: '</items?page=2&admin=1>; rel="next", </items?page=9>; rel="last"',
    };
    expect(textOf('[]', link)).toContain('call again with the same arguments and {"page":2}');
    const rules = [{ next: 'meta.next', nextArgument: 'after' }];
    expect(textOf(JSON.stringify(PAGE), undefined, { rules })).toContain('and {"after":"c2"}');
    expect(textOf('{"meta":{"next":null}}', undefined, { rules })).not.toContain('page:');
    const whole = '{"meta":{"next":"https://api.example.com/items?after=x"}}';
    expect(textOf(whole, undefined, { rules })).toContain('and {"after":"x"}');
    expect(textOf('[]', { 'content-type': 'application/json', link: `${'<'.repeat(50_000)}>; rel="next"` })).toBe('[]');
  });

  it('is text, readable text, an image, or a note of what it is', () => {
    expect(textOf('<html><body><h1>Hi</h1><script>x()</script></body></html>', { 'content-type': 'text/html' })).toBe(
      'Hi',
    );
    expect(textOf('abc', { 'content-type': 'image/png' })).toBe('image/png YWJj');
    expect(textOf('abc', { 'content-type': 'application/pdf' })).toBe('[application/pdf, 3 bytes: not shown.]');
    expect(textOf('{"broken"')).toBe('{"broken"');
    expect(textOf('', {}, { status: 204 })).toBe('HTTP 204');
    expect(textOf('gone', { 'content-type': 'text/plain', 'retry-after': '5' }, { status: 503 })).toBe(
      'HTTP 503\nRetry-After: 5\ngone',
    );
  });
});

function isPart(part: JsonValue, whole: JsonValue): boolean {
  if (Array.isArray(part)) return Array.isArray(whole) && part.every((item, n) => isPart(item, whole[n] ?? null));
  if (typeof part !== 'object' || part === null) return Object.is(part, whole);
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return false;
  return Object.entries(part).every(
    ([name, member]) => Object.hasOwn(whole, name) && isPart(member ?? null, whole[name] ?? null),
  );
}
