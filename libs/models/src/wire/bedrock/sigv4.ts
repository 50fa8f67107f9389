import { createHash, createHmac } from 'node:crypto';

/** AWS credentials; temporary ones have a session token. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

export interface SignableRequest {
  method: string;
  host: string;
  /** As it is sent, encoded once. */
  path: string;
  query: Iterable<readonly [string, string]>;
  /** All of them are signed, so none may be one that a proxy changes. `host` and `x-amz-date` are added. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface SigningScope {
  region: string;
  service: string;
  time: Date;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * The headers that sign a request by AWS Signature Version 4 (AWS General Reference, "Signing AWS API requests"), for
 * every service but S3, whose paths are not encoded again.
 */
export function signRequest(
  request: SignableRequest,
  credentials: AwsCredentials,
  { region, service, time }: SigningScope,
): Record<string, string> {
  const date = time.toISOString().replace(/[-:]|\.\d{3}/g, ''); // 20150830T123600Z
  const day = date.slice(0, 8);
  const added = {
    'x-amz-date': date,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  };
  const { text, signedHeaders } = canonicalRequest({ ...request, headers: { ...request.headers, ...added } });
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (previous, part) => hmac(previous, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  const signature = hmac(key, [ALGORITHM, date, scope, sha256(text)].join('\n')).toString('hex');
  return {
    ...added,
    authorization: `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}

/** As AWS encodes parts of a URI: all but letters, digits and `-._~`. */
export function encodeUriPart(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalRequest({ method, host, path, query, headers, body }: SignableRequest): {
  text: string;
  signedHeaders: string;
} {
  const signed = Object.entries({ ...headers, host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/g, ' ')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const signedHeaders = signed.map(([name]) => name).join(';');
  const lines = [
    method,
    canonicalPath(path),
    canonicalQuery(query),
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    signedHeaders,
    sha256(body),
  ];
  return { text: lines.join('\n'), signedHeaders };
}

/** What is sent is encoded already, and is encoded once more here: `%3A` becomes `%253A`. */
function canonicalPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const end = parts.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${parts.map(encodeUriPart).join('/')}${end}`;
}

function canonicalQuery(query: SignableRequest['query']): string {
  return [...query]
    .map(([name, value]) => `${encodeUriPart(name)}=${encodeUriPart(value)}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join('&');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
