import { describe, expect, it } from '@jest/globals';
import { Egress } from './egress.js';

describe('where a tool host may connect to', () => {
  const allowed = (patterns: string[], url: string) => new Egress(patterns).allows(new URL(url));

  it.each([
    [[], 'http://anywhere.test/'],
    [['*'], 'https://anywhere.test/'],
    [['api.example.com'], 'https://api.example.com/v1'],
    [['api.example.com'], 'http://API.example.com:8080/'],
    [['api.example.com'], 'http://api.example.com./'],
    [['api.example.com:443'], 'https://api.example.com/'],
    [['*.example.com'], 'https://a.b.example.com/'],
    [['[::1]:7000'], 'http://[::1]:7000/'],
    [['10.0.0.7'], 'http://10.0.0.7/'],
    [['other.test', '*:8443'], 'https://erp.internal:8443/'],
  ])('%j lets %s pass', (patterns, url) => expect(allowed(patterns, url)).toBe(true));

  it.each([
    [['api.example.com'], 'https://api.example.com.evil.test/'],
    [['api.example.com'], 'https://evil-api.example.com/'],
    [['api.example.com:443'], 'http://api.example.com/'],
    [['*.example.com'], 'https://example.com/'],
    [['*.example.com'], 'https://notexample.com/'],
    [['*.example.com'], 'https://.example.com.evil.test/'],
    [['10.0.0.7'], 'http://10.0.0.70/'],
    [['[::1]'], 'http://[::2]/'],
    [['*:8443'], 'https://erp.internal/'],
  ])('%j does not let %s pass', (patterns, url) => expect(allowed(patterns, url)).toBe(false));

  it('is said with what to do', () => {
    expect(() => new Egress(['a.test']).check(new URL('https://b.test/secret?key=1'))).toThrow(
      expect.objectContaining({ code: 'tool.egress_refused', message: expect.not.stringContaining('key=1') }),
    );
  });
});
