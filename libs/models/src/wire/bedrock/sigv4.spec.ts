import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { bedrockAuthHeaders, regionOf } from './credential.js';
import { encodeUriPart, signRequest } from './sigv4.js';

const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const TOKEN = '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267';
const TIME = new Date('2015-08-30T12:36:00Z');
const SCOPE = { region: 'us-east-1', service: 'service', time: TIME };
const GET = { method: 'GET', host: 'example.amazonaws.com', path: '/', query: [], headers: {}, body: '' };
const UNRESERVED = '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The published examples of AWS's signing test suite (aws-c-auth, `aws-signing-test-suite/v4`). */
const EXAMPLES = [
  ['get-vanilla', GET, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', { ...GET, method: 'POST' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-vanilla-query-order-key-case',
    { ...GET, query: Object.entries({ Param2: 'value2', Param1: 'value1' }) },
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'get-vanilla-utf8-query',
    { ...GET, query: Object.entries({ ሴ: 'bar' }) },
    '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  ],
  ['get-unreserved', { ...GET, path: UNRESERVED }, '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f'],
  ['get-utf8', { ...GET, path: '/ሴ' }, '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'],
  [
    'get-space-normalized',
    { ...GET, path: '/example space/' },
    '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741',
  ],
  [
    'get-slashes-normalized',
    { ...GET, path: '//example//' },
    '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
  ],
  [
    'get-header-value-trim',
    { ...GET, headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' } },
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
  [
    'post-x-www-form-urlencoded',
    {
      ...GET,
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': '13',
        'x-amz-content-sha256': '9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e',
      },
      body: 'Param1=value1',
    },
    'd3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b',
  ],
] as const;

describe('AWS Signature Version 4', () => {
  it.each(EXAMPLES)('signs the published example %s', (_name, request, signature) => {
    const headers = signRequest(request, KEY, SCOPE);
    expect(headers['authorization']).toContain(`Signature=${signature}`);
    expect(headers['x-amz-date']).toBe('20150830T123600Z');
  });

  it('signs the published example get-vanilla-with-session-token', () => {
    expect(signRequest(GET, { ...KEY, sessionToken: TOKEN }, SCOPE)).toEqual({
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8',
      'x-amz-date': '20150830T123600Z',
      'x-amz-security-token': TOKEN,
    });
  });

  it('encodes all but letters, digits and -._~', () => {
    expect(encodeUriPart("aZ9-._~ :/!'()*+é")).toBe('aZ9-._~%20%3A%2F%21%27%28%29%2A%2B%C3%A9');
  });
});

describe('a Bedrock credential', () => {
  const request = (host: string, path: string, body: string) => ({
    url: new URL(`https://${host}${path}`),
    headers: { 'content-type': 'application/json', accept: '*/*', traceparent: '00-a' },
    body,
  });

  /** Both signatures were computed with botocore 1.43.11. */
  it('signs a model id once more than it is sent, for the region of the host', () => {
    const path = '/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse-stream';
    const sent = request('bedrock-runtime.eu-west-1.amazonaws.com', path, '{"a":"é"}');
    expect(bedrockAuthHeaders(`${KEY.accessKeyId}:${KEY.secretAccessKey}`, sent, TIME)).toEqual({
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=a1321ff15c3166729cee1866c18c84021def3c86fd799f2ab167b3ec21ba2f8a',
      'x-amz-date': '20150830T123600Z',
    });
  });

  it('signs an ARN, whose slashes belong to the id, and a session token', () => {
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
    const sent = request('bedrock-runtime.us-east-1.amazonaws.com', `/model/${encodeUriPart(arn)}/converse`, '{}');
    const headers = bedrockAuthHeaders(`${KEY.accessKeyId}:${KEY.secretAccessKey}:TOKEN`, sent, TIME);
    expect(headers['authorization']).toContain('SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,');
    expect(headers['authorization']).toContain(
      'Signature=5208aabb6dc29dd48273dfac6186687d5c4cc600b72d99d7f713d9fbffd9404a',
    );
  });

  it('is sent as it is when it is an API key', () => {
    const sent = request('bedrock-runtime.us-east-1.amazonaws.com', '/model/m/converse', '{}');
    expect(bedrockAuthHeaders('ABSKQmVkcm9jaw==', sent, TIME)).toEqual({ authorization: 'Bearer ABSKQmVkcm9jaw==' });
  });

  it.each(['AKID:', ':very-secret-key', 'AKID:very-secret-key:', 'AKID:very-secret-key:token:more'])(
    'that is neither is said, without any part of it: %s',
    (credential) => {
      const sent = request('bedrock-runtime.us-east-1.amazonaws.com', '/model/m/converse', '{}');
      let thrown: unknown;
      try {
        bedrockAuthHeaders(credential, sent, TIME);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ kind: 'auth', retryable: false });
      expect(inspect(thrown)).not.toMatch(/very-secret-key|AKID:/);
    },
  );

  it.each([
    ['bedrock-runtime.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['bedrock-runtime-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['bedrock-runtime.ap-southeast-2.api.aws', 'ap-southeast-2'],
    ['bedrock-runtime.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['vpce-0a1b-x.bedrock-runtime.eu-central-1.vpce.amazonaws.com', 'eu-central-1'],
    ['127.0.0.1', 'us-east-1'],
    ['notbedrock-runtime.eu-west-1.example', 'us-east-1'],
  ])('the host %s is in %s', (host, region) => {
    expect(regionOf(host)).toBe(region);
  });
});
