import { describe, expect, it } from '@jest/globals';
import { create, RunSchema, toValue, type JsonValue } from '@switchyard/contracts';
import { KINDS } from '../redaction/kinds.js';
import { recordedCase } from './recorded-case.js';

const runOf = (input: JsonValue, output: JsonValue, status = 'completed') =>
  create(RunSchema, { runId: 'run_1', status, input: toValue(input), output: toValue(output) });

describe('a case of a recorded run', () => {
  it('is none where it could not be searched in time: what nobody looked at is not redacted', () => {
    expect(recordedCase(runOf('a', 'b'), undefined, KINDS, { inTime: () => 'late' })).toBe('unsearched');
  });

  it.each<[string, JsonValue]>([
    ['an empty text', ''],
    ['false', false],
    ['nought', 0],
    ['an empty list', []],
  ])('takes %s for an input and an output', (_, value) => {
    expect(recordedCase(runOf(value, value), undefined, KINDS)).toMatchObject({
      case: { input: value, expected: value },
    });
  });

  it('expects nothing where nothing came out, or where the run did not complete', () => {
    for (const run of [runOf('a', null), runOf('a', 'half', 'failed')])
      expect(recordedCase(run, 'c', KINDS)).toMatchObject({
        case: { id: 'run_1', input: 'a', cluster: 'c', tags: ['recorded'], metadata: { run: 'run_1' } },
        counts: {},
      });
    expect(JSON.stringify(recordedCase(runOf('a', 'half', 'failed'), 'c', KINDS))).not.toContain('expected');
  });

  it('is too large where no reply could carry it', () => {
    expect(recordedCase(runOf('é'.repeat(250_001), 'b'), undefined, [])).toBe('too_large');
  });
});
