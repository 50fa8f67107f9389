import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { askForm } from './ask-form.js';

const SCHEMA: JsonObject = {
  type: 'object',
  required: ['city', 'days'],
  properties: {
    unit: { enum: ['C', 'F'], default: 'C' },
    city: { type: 'string', description: 'Where.\u001b[2J' },
    days: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string' } },
    indoors: { type: 'boolean' },
  },
};

async function filled(...lines: string[]): Promise<{ args: JsonObject; asked: string }> {
  const output = new PassThrough();
  const args = await askForm(SCHEMA, Readable.from(lines.map((line) => `${line}\n`)), output);
  output.end();
  return { args, asked: await text(output) };
}

describe('a form for the arguments of a tool', () => {
  it('asks for what is required first, says what is expected, and leaves out what was left out', async () => {
    const { args, asked } = await filled('Oslo', '3', '', '', '');
    expect(args).toEqual({ city: 'Oslo', days: 3, unit: 'C' });
    expect(asked).toContain('city (string) Where.');
    expect(asked).toContain('unit (C | F, default C)');
    expect(asked).toContain('tags (json, optional)');
    expect(asked.indexOf('days')).toBeLessThan(asked.indexOf('unit'));
    expect(asked).not.toContain('\u001b[2J');
  });

  it('asks again for what does not fit, and takes values of every type', async () => {
    const lines = ['', 'Bergen', 'three', '3.5', '3', 'K', 'F', '["a"', '["a","b"]', 'perhaps', 'yes'];
    const { args, asked } = await filled(...lines);
    expect(args).toEqual({ city: 'Bergen', days: 3, unit: 'F', tags: ['a', 'b'], indoors: true });
    for (const why of ['city is required', 'a whole number', 'one of C, F', 'it is JSON', 'yes or no'])
      expect(asked).toContain(why);
  });

  it('that is left half filled in calls nothing', async () => {
    await expect(filled('Oslo')).rejects.toMatchObject({ code: 'usage.invalid' });
  });
});
