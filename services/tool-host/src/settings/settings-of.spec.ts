import { describe, expect, it } from '@jest/globals';
import { create, ToolSettingsSchema, type MessageInitShape } from '@switchyard/contracts';
import { checkToolSettings } from './check-tool-settings.js';
import { settingsOf } from './settings-of.js';

const said = (...all: MessageInitShape<typeof ToolSettingsSchema>[]) =>
  all.map((one) => create(ToolSettingsSchema, one));

describe('what is said of a tool', () => {
  it('is taken field by field from the closest that has it, and tags add up', () => {
    const all = said(
      { tool: '*', timeoutMs: 9_000, tags: ['any'], concurrency: 9, disabled: true },
      { tool: 'github.*', timeoutMs: 5_000, effect: 'irreversible', tags: ['code'], disabled: false },
      { tool: 'github_find', effect: 'pure', tags: ['code', 'search'] },
      { tool: 'gitlab.*', cacheSeconds: 5 },
    );
    expect(settingsOf(all, 'github_find', 'github')).toEqual({
      effect: 'pure',
      timeoutMs: 5_000,
      concurrency: 9,
      tags: ['any', 'code', 'search'],
      disabled: false,
    });
    expect(settingsOf(all, 'clock', 'builtin')).toMatchObject({ disabled: true, timeoutMs: 9_000 });
  });

  it('is nothing where nothing fits', () => {
    expect(settingsOf(said({ tool: 'github.*', effect: 'pure' }), 'clock', 'builtin')).toBeUndefined();
  });

  it.each([
    [{ tool: 'a b' }, /no name of a tool/],
    [{ tool: 'x.y' }, /no name of a tool/],
    [{ tool: 'x', effect: 'harmless' }, /effect/],
    [{ tool: 'x', timeoutMs: 99_999_999 }, /timeout/],
    [{ tool: 'x', maxOutputBytes: 99_999_999 }, /max_output_bytes/],
    [{ tool: 'x', cacheSeconds: 999_999 }, /a day/],
    [{ tool: 'x', tags: ['\u001b[31m'] }, /tag/],
    [{ tool: 'x', tags: Array.from({ length: 33 }, (_, index) => `t${index}`) }, /33 tags/],
  ])('is refused where it cannot be: %j', (init, reason) => {
    expect(() => checkToolSettings(create(ToolSettingsSchema, init))).toThrow(reason);
  });
});
