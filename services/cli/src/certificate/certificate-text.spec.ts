import { describe, expect, it } from '@jest/globals';
import { CertificateSchema, create, timestampFromDate } from '@switchyard/contracts';
import { certificateText } from './certificate-text.js';

const CERTIFICATE = create(CertificateSchema, {
  ...{ id: 'cert_1', agent: 'helper', status: 'in_force', margin: 0.1 },
  ...{ baseline: { backend: 'house' }, candidate: { backend: 'twin' } },
  expiresAt: timestampFromDate(new Date('2027-02-26T00:00:00Z')),
  results: [
    {
      ...{ name: 'contains', kind: 'suite', verdict: 'PASS', cases: 40 },
      difference: { baseline: 1, candidate: 0.95, difference: -0.05, low: -0.09, high: 0.01 },
    },
  ],
});

describe('a certificate', () => {
  it('says until when it is in force at most, and what ends it before', () => {
    expect(certificateText(CERTIFICATE)).toContain(
      'until 2027-02-26 at most; it ends at once where "house" or "twin" changes',
    );
    expect(certificateText({ ...CERTIFICATE, status: 'expired', reason: 'Changed.' })).not.toContain('at most');
  });

  it('says where a result comes from, and of one that does not tell, that it does not', () => {
    const [result] = CERTIFICATE.results;
    if (!result) throw new Error('There is no result');
    const results = ['suite', 'replay', ''].map((kind) => ({ ...result, kind }));
    const rows = certificateText({ ...CERTIFICATE, results }).match(/^contains +\S+/gm);
    expect(rows).toEqual(['suite', 'replay', '–'].map((kind) => expect.stringMatching(new RegExp(`${kind}$`))));
  });

  it('gives differences a sign', () => {
    expect(certificateText(CERTIFICATE)).toMatch(/contains +suite +PASS +40 +100\.0 +95\.0 +−5\.0 +−9\.0 to \+1\.0$/m);
  });
});
