import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDelivery } from './delivery.js';

describe('the reply subject of a delivery', () => {
  it('tells the same with and without a domain', () => {
    const expected = {
      stream: 'EXEC',
      delivery: 2,
      streamSeq: 42,
      timestamp: new Date(1_700_000_000_123),
      timestampNanos: '1700000000123000000',
      pending: 7,
    };
    expect(parseDelivery('$JS.ACK.EXEC.backend-a.2.42.43.1700000000123000000.7')).toEqual(expected);
    expect(parseDelivery('$JS.ACK.hub.ACCHASH.EXEC.backend-a.2.42.43.1700000000123000000.7.rnd')).toEqual(expected);
  });

  it('is refused when it is something else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseDelivery(text)).toThrow(expect.objectContaining({ code: 'bus.bad_delivery' }));
      }),
    );
  });
});
