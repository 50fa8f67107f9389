import { describe, expect, it } from '@jest/globals';
import { SwitchyardError, type JsonValue } from '@switchyard/contracts';
import fc from 'fast-check';
import { judgeInTime } from '../scorers/judge-in-time.js';
import { KINDS, readKinds, type Kind } from './kinds.js';
import { innocent, planted } from './planted.fixture.js';
import { redact } from './redact.js';

const text = (given: string, kinds: readonly Kind[] = KINDS) => redact(given, kinds).value;
/** Put together here, so that no scanner takes the test for a leak. */
const drawn = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2d';

describe('redaction', () => {
  it.each<[string, string]>([
    ['write to ada.lovelace+x@mail.example.co.uk!', 'write to [email-1]!'],
    [`${'bounce+x'.repeat(20)}@mail.example.com or ?to=ada%40example.com&x`, '[email-1] or ?to=[email-2]&x'],
    ['<jürgen@münchen.example>', '<[email-1]>'],
    ['Visa 4111 1111 1111 1111 12/29 123', 'Visa [card-1] 12/29 123'],
    ['4111-1111-1111-1111 5500 0000 0000 0004', '[card-1] [card-2]'],
    ['to DE89 3704 0044 0532 0130 00, GB82WEST12345698765432', 'to [iban-1], [iban-2]'],
    ['konto de89370400440532013000', 'konto [iban-1]'],
    ['call +49 (0)30 1234567-12 now', 'call [phone-1] now'],
    ['tel:+4930123456 or 0049 30 123456', 'tel:[phone-1] or [phone-2]'],
    ['(212) 555-0123, 1-800-555-0199, 212.555.0123', '[phone-1], [phone-2], [phone-1]'],
    ['Tel. 089 1234-5670, 0171/1234567, (030) 1234567', 'Tel. [phone-1], [phone-2], [phone-3]'],
    ['020 7946 0958; 01 23 45 67 89; 01.23.45.67.89; 01-23-45-67-88', '[phone-1]; [phone-2]; [phone-2]; [phone-3]'],
    ['zentrale: 089 123456-0', 'zentrale: [phone-1]'],
    ['from 192.168.17.4:8080 and 2001:db8::8a2e:370:7334.', 'from [ip-1]:8080 and [ip-2].'],
    [`key ${'ghp'}_${drawn}`, 'key [secret-1]'],
    [`authorization: Bearer ${drawn}`, 'authorization: Bearer [secret-1]'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [secret-1]'],
    ['postgres://me:hunter2@localhost/x', 'postgres://me:[secret-1]@localhost/x'],
    [
      ['-----BEGIN ', 'RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END ', 'RSA PRIVATE KEY-----\nthen'].join(''),
      '[secret-1]\nthen',
    ],
  ])('takes out of %s what is of a kind', (given, redacted) => {
    expect(text(given)).toBe(redacted);
  });

  it.each([
    'In 2026 the 1250 pieces cost 1 234 567.89 EUR, 12.50 each, 250 000 more than in 2025.',
    'From 01-02-2026 10:30 to 2026-11-27T09:30:00Z, 27.11.2026 09:15, and 01/02/2026 10:15.',
    'Order 4711-2026-0815, invoice 20260000123, 550e8400-e29b-0123-4567-446655440000, ms 1764278084000.',
    'std::vector<a::b> at 12:30:45, version 1.2.3, pi 3.14159265358979, 0.0012345678901',
    'Ask @ada, 5 @ 3 each; sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'Bearer authentication is required. Call 110 or 112. Room 030, 100 %.',
  ])('leaves %s as it is', (given) => {
    expect(redact(given, KINDS)).toEqual({ value: given, counts: {} });
  });

  it('names the same by the same placeholder all over a value, in keys too, and keeps its shape', () => {
    const value: JsonValue = {
      from: 'Ada@Example.com',
      'ada@example.com': [1, null, true, { card: 4111111111111111 }],
      lines: ['bob@example.com and ada@example.com', '4111 1111 1111 1111', 'ring 030 1234567 or 030/123 45 67'],
    };
    expect(redact(value, KINDS)).toEqual({
      value: {
        from: '[email-1]',
        '[email-1]': [1, null, true, { card: '[card-1]' }],
        lines: ['[email-2] and [email-1]', '[card-1]', 'ring [phone-1] or [phone-1]'],
      },
      counts: { email: 4, card: 2, phone: 2 },
    });
  });

  it('loses no entry where two keys become one', () => {
    const value = redact({ 'a@example.com': 1, 'A@example.com': 2 }, KINDS).value;
    expect(value).toEqual({ '[email-1]': 1, '[email-1] (2)': 2 });
  });

  it('counts on from placeholders that were there, which stand for something else', () => {
    expect(text('[email-3] wrote to a@example.com')).toBe('[email-3] wrote to [email-4]');
  });

  it('takes out only the kinds that were asked for', () => {
    expect(text('a@example.com, 192.168.17.4', ['ip'])).toBe('a@example.com, [ip-1]');
    expect(text('a@example.com', [])).toBe('a@example.com');
  });

  it('leaves nothing of what was planted, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(innocent, planted), { minLength: 1, maxLength: 4 }), (parts) => {
        const line = parts.map(([words, { text: secret }]) => `${words} ${secret}`).join(', ');
        const value = { [`about ${line}`]: { list: [line, parts.map(([, { text: secret }]) => secret)] } };
        const left = JSON.stringify(redact(value, KINDS).value);
        for (const [, { core }] of parts) expect(left).not.toContain(core);
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing where there is none, and nothing the second time', () => {
    fc.assert(
      fc.property(innocent, (words) => expect(redact({ words }, KINDS)).toEqual({ value: { words }, counts: {} })),
    );
    const any = fc.array(
      fc.oneof(
        innocent,
        planted.map(({ text: secret }) => secret),
        fc.string(),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(any, fc.constantFrom('', ' ', ', ', '-', '@'), (parts, between) => {
        const once = redact(parts.join(between), KINDS);
        expect(redact(once.value, KINDS)).toEqual({ value: once.value, counts: {} });
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (given) => {
        const once = redact(given as JsonValue, KINDS).value;
        expect(redact(once, KINDS)).toEqual({ value: once, counts: {} });
      }),
    );
  });

  it('is done in time, for long texts made to hold it up', () => {
    const parts = [
      'a',
      '1',
      'a.',
      '1 ',
      'DE89',
      'eyJ',
      'a@',
      '4111 ',
      'sk-',
      '-',
      '01 ',
      '0',
      '+1',
      '(',
      ':',
      'a:',
      '1.',
    ];
    for (const part of [...parts, 'bearer ', '://a:', '-----BEGIN PRIVATE KEY-----', '212 ', '[', 'f:']) {
      const given = part.repeat(100_000 / part.length);
      expect([part, judgeInTime(() => redact(given, KINDS)) === 'late']).toEqual([part, false]);
    }
  });

  it('knows its kinds, and refuses others by name', () => {
    expect(readKinds([])).toEqual(KINDS);
    expect(readKinds(['none'])).toEqual([]);
    expect(readKinds(['phone', 'email', 'email'])).toEqual(['email', 'phone']);
    for (const [given, said] of [
      [['emails'], '"emails"'],
      [['toString'], '"toString"'],
      [['none', 'email'], 'stands alone'],
    ] as const) {
      expect(() => readKinds([...given])).toThrow(said);
      expect(() => readKinds([...given])).toThrow(SwitchyardError);
    }
  });
});
