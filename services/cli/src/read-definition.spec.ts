import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import { exitCodeOf, EXIT } from './exit-codes.js';
import { parseDefinitions } from './parse-definitions.js';
import { readDefinition } from './read-definition.js';

const refusal = (source: string): SwitchyardError => {
  try {
    parseDefinitions(source, 'agent.yaml');
  } catch (error) {
    if (error instanceof SwitchyardError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('a definition file', () => {
  it('may be YAML, JSON, or several documents', () => {
    expect(parseDefinitions('name: a\ntools: [x]', 'f')).toEqual([{ name: 'a', tools: ['x'] }]);
    expect(parseDefinitions('{"name":"a"}', 'f')).toEqual([{ name: 'a' }]);
    expect(parseDefinitions('name: a\n---\nname: b\n', 'f')).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  it.each([
    ['a broken list', 'name: a\ntools: [x, y\nmodel: z\n', /line 3, column 1/],
    ['a tab for indentation', 'name: a\nmodel:\n\tbackend: x\n', /line 3, column 1/],
    ['a key twice', 'name: a\nname: b\n', /line 2, column 1/],
  ])('that does not parse (%s) is refused with line and column', (_what, source, place) => {
    const error = refusal(source);
    expect(error.code).toBe('definition.malformed');
    expect(error.message).toMatch(place);
    expect(error.message).toContain('agent.yaml');
  });

  it('that is no mapping, or empty, is refused', () => {
    expect(refusal('- a\n- b\n').message).toContain('parted by lines of "---"');
    expect(refusal('7').message).toContain('a mapping');
    expect(refusal('').code).toBe('definition.malformed');
    expect(refusal('just text').code).toBe('definition.malformed');
  });

  it('that expands without bound is refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdefg'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdef'[index]}`).join(',')}]`),
    ].join('\n');
    expect(refusal(bomb).message).toMatch(/line 2, column 8: .*alias/i);
  });

  it('with an alias that has no anchor is refused with its place', () => {
    const error = refusal('name: helper\ninstructions: &text Help.\ntools:\n  - *texts\n');
    expect(error.message).toMatch(/line 4, column 5: .*texts/);
    expect(error.details).toMatchObject({ line: 4, column: 5 });
  });

  it('that is not there is refused', async () => {
    await expect(readDefinition('/nonexistent.yaml')).rejects.toMatchObject({ code: 'definition.unreadable' });
  });
});

describe('exit status', () => {
  it.each([
    ['key.missing', EXIT.forbidden],
    ['agent.not_found', EXIT.notFound],
    ['agent.invalid', EXIT.usage],
    ['definition.malformed', EXIT.usage],
    ['contract.invalid', EXIT.usage],
    ['task.too_large', EXIT.usage],
    ['task.conflict', EXIT.conflict],
    ['run.already_ended', EXIT.conflict],
    ['gateway.unreachable', EXIT.unreachable],
    ['rpc.unavailable', EXIT.unreachable],
    ['model.refused', EXIT.failed],
  ])('of %s is %i', (code, status) => expect(exitCodeOf(code)).toBe(status));
});
