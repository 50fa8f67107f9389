import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SwitchyardError } from '@switchyard/contracts';
import { parseBody, syntaxOf } from './parse-body.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function failure(text: string | Uint8Array, syntax: 'json' | 'yaml'): SwitchyardError {
  try {
    parseBody(typeof text === 'string' ? bytes(text) : text, syntax);
  } catch (error) {
    if (error instanceof SwitchyardError) return error;
    throw error;
  }
  throw new Error('It was taken for good');
}

describe('a request body', () => {
  it('is read as any JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(parseBody(bytes(JSON.stringify(json)), 'json')).toEqual(JSON.parse(JSON.stringify(json)));
      }),
    );
  });

  it.each([
    ['{"agent": }', 1, 11],
    ['{\n  "agent": "a",\n}', 3, 1],
    ['{"a": 1', 1, 8],
    ['abc', 1, 1],
    ['{"a": 1} x', 1, 10],
  ])('that is not JSON (%j) is refused with line and column', (text, line, column) => {
    const error = failure(text, 'json');
    expect(error.code).toBe('contract.malformed');
    expect(error.details).toMatchObject({ line, column });
    expect(error.message).toContain(`line ${line}, column ${column}`);
  });

  it.each([
    ['name: a\ntools: [x', 2],
    ['a: 1\na: 2\n', 2],
    ['tools:\n  - [a\n', 3],
  ])('that is not YAML (%j) is refused with its line', (text, line) => {
    const error = failure(text, 'yaml');
    expect(error.code).toBe('contract.malformed');
    expect(error.details['line']).toBe(line);
  });

  it('of YAML with aliases that grow without bound is refused', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
    );
    expect(failure(['l0: &l0 [x]', ...levels].join('\n'), 'yaml').code).toBe('contract.malformed');
  });

  it.each([
    ['JSON', 'json', '{"a":'.repeat(100_000)],
    ['JSON that is closed', 'json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['YAML in flow style', 'yaml', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['YAML in block style', 'yaml', `${'- '.repeat(5_000)}x`],
  ] as const)('of more levels than anybody needs is refused before it is read: %s', (_, syntax, text) => {
    expect(failure(text, syntax)).toMatchObject({
      code: 'contract.malformed',
      message: expect.stringContaining('more than 100 levels'),
    });
  });

  it('may have as many levels as anybody needs, and any brackets in its texts', () => {
    const nested = `${'['.repeat(99)}"${'[{'.repeat(500)}\\""${']'.repeat(99)}`;
    expect(parseBody(bytes(nested), 'json')).toEqual(JSON.parse(nested));
    const inYaml = `text: |\n  ${'[{'.repeat(500)}\nlist: ${'['.repeat(90)}${']'.repeat(90)}\n`;
    expect(parseBody(bytes(inYaml), 'yaml')).toMatchObject({ text: `${'[{'.repeat(500)}\n` });
  });

  it.each([
    ['very many anchors', `[${Array.from({ length: 10_000 }, (_, i) => `&a${i} x, *a${i}`).join(', ')}]`],
    ['very many characters', `a: ${'x'.repeat(1_000_000)}`],
  ])('of YAML with %s is refused before it is read', (_, text) => {
    expect(failure(text, 'yaml').code).toMatch(/^(contract\.malformed|http\.body_too_large)$/);
  });

  // The library's own look for equal keys takes minutes for these, which is past what a test may take.
  it('of YAML with a mapping of very many names is read, and the one that comes again is found', () => {
    const names = Array.from({ length: 25_000 }, (_, i) => `k${i}: 1`);
    expect(Object.keys(parseBody(bytes(names.join('\n')), 'yaml') ?? {})).toHaveLength(25_000);
    expect(failure([...names, 'k7: 2'].join('\n'), 'yaml').details['line']).toBe(25_001);
  });

  it('of two YAML documents is refused', () => {
    expect(failure('a: 1\n---\nb: 2\n', 'yaml').message).toContain('second document');
  });

  it('that is not UTF-8 is refused', () => {
    expect(failure(new Uint8Array([0x22, 0xff, 0x22]), 'json').code).toBe('contract.malformed');
  });

  it('that is empty is nothing', () => {
    expect(parseBody(bytes(' \n'), 'json')).toBeUndefined();
  });

  it('never makes anything but a coded error out of any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.constantFrom('json' as const, 'yaml' as const),
        (body, syntax) => {
          try {
            parseBody(body, syntax);
          } catch (error) {
            expect(error).toBeInstanceOf(SwitchyardError);
          }
        },
      ),
    );
  });
});

describe('the syntax of a body', () => {
  it('is YAML where the content type says so, else JSON', () => {
    expect(syntaxOf('application/yaml; charset=utf-8')).toBe('yaml');
    expect(syntaxOf('Text/YAML')).toBe('yaml');
    expect(syntaxOf('application/x-www-form-urlencoded')).toBe('json');
    expect(syntaxOf(undefined)).toBe('json');
  });
});
