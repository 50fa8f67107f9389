import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUNDLE_FORMAT, BundleTally, trailerLine } from './bundle-format.js';
import { readBundle, type BundleRecord } from './read-bundle.js';

const HEADER = {
  format: BUNDLE_FORMAT,
  version: 1,
  created_at: 'now',
  platform_version: '1',
  tenant: 'default',
  without: [],
  counts: {},
};

function bundleOf(records: readonly object[], header: object = HEADER): string {
  const tally = new BundleTally();
  const lines = [header, ...records.map((data) => ({ kind: 'agent', data }))].map((line, index) => {
    const text = `${JSON.stringify(line)}\n`;
    tally.add(text, index === 0 ? undefined : 'agent');
    return text;
  });
  return `${lines.join('')}${trailerLine(tally.trailer())}\n`;
}

async function* cut(bytes: Uint8Array, at: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  for (const [index, place] of places.slice(1).entries())
    yield await Promise.resolve(bytes.slice(places[index], place));
}

const read = (bytes: Uint8Array, limits = {}) => readBundle(cut(bytes, []), {}, limits);

describe('a bundle', () => {
  it('is read the same however the stream was cut, packed or not', async () => {
    const text = bundleOf([{ name: 'ä\u{1F600}' }, { name: 'b'.repeat(5_000) }, {}]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20_000), { maxLength: 12 }), fc.boolean(), async (at, packed) => {
        const records: BundleRecord[] = [];
        const facts = await readBundle(cut(packed ? gzipSync(text) : Buffer.from(text), at), {
          record: (record) => void records.push(record),
        });
        expect(records.map(({ text: line }) => line)).toEqual(text.split('\n').slice(1, 4));
        expect(facts).toMatchObject({ header: HEADER, trailer: { records: 3, counts: { agent: 3 } } });
      }),
      { numRuns: 60 },
    );
  });

  it('that ends anywhere before its end is not whole, packed or not', async () => {
    const text = Buffer.from(bundleOf([{ name: 'a' }, { name: 'b' }]));
    const packed = gzipSync(text);
    for (let end = 1; end < text.length; end += 7)
      await expect(read(text.subarray(0, end))).rejects.toMatchObject({ code: 'bundle.truncated' });
    for (let end = 12; end < packed.length; end += 5)
      await expect(read(packed.subarray(0, end))).rejects.toMatchObject({ code: 'bundle.truncated' });
  });

  it.each([
    ['nothing', '', 'bundle.malformed'],
    ['something else', '{"a":1}\n', 'bundle.malformed'],
    ['a newer one', bundleOf([], { ...HEADER, version: 2, platform_version: '9.0' }), 'bundle.newer_version'],
    ['one of nobody', bundleOf([], { ...HEADER, tenant: '' }), 'bundle.malformed'],
    ['one that was changed', bundleOf([{ name: 'a' }]).replace('"a"', '"b"'), 'bundle.damaged'],
    [
      'one that a record was taken out of',
      bundleOf([{ name: 'a' }, {}]).replace('{"kind":"agent","data":{}}\n', ''),
      'bundle.damaged',
    ],
    ['one that goes on behind its end', `${bundleOf([])}{"kind":"agent","data":{}}\n`, 'bundle.damaged'],
    ['one with a line that is no record', bundleOf([]).replace('\n', '\n7\n'), 'bundle.malformed'],
  ])('that is %s is refused', async (_, text, code) => {
    await expect(read(Buffer.from(text))).rejects.toMatchObject({ code });
  });

  it('that was packed and changed is refused', async () => {
    const packed = gzipSync(bundleOf([{ name: 'a'.repeat(200) }]));
    packed.fill(0xff, 20, 60);
    await expect(read(packed)).rejects.toMatchObject({ code: 'bundle.damaged' });
  });

  it('that is larger than may be, or has a line that is, is refused before it is held', async () => {
    const packed = gzipSync(bundleOf([{ name: 'a'.repeat(1_000_000) }]));
    await expect(read(packed, { maxBytes: 500_000 })).rejects.toMatchObject({ code: 'bundle.too_large' });
    await expect(read(packed, { maxLine: 100_000 })).rejects.toMatchObject({ code: 'bundle.too_large' });
  });
});
