import { ModelError } from '../../model-error.js';
import type { OutgoingRequest } from '../wire-api.js';
import type { AwsCredentials } from './sigv4.js';
import { signRequest } from './sigv4.js';

const SERVICE = 'bedrock';
/** For endpoints whose host names no region: a proxy, a simulator. */
const DEFAULT_REGION = 'us-east-1';

/**
 * Headers for a credential: `ACCESS_KEY_ID:SECRET[:SESSION_TOKEN]` signs the request, anything without a colon is a
 * Bedrock API key and is sent as it is. No message holds any part of it. @throws ModelError `model.auth`
 */
export function bedrockAuthHeaders(credential: string, request: OutgoingRequest, time: Date): Record<string, string> {
  if (!credential.includes(':')) return { authorization: `Bearer ${credential}` };
  const { url, headers, body } = request;
  return signRequest(
    {
      method: 'POST',
      host: url.host,
      path: url.pathname,
      query: url.searchParams,
      headers: signedHeaders(headers),
      body,
    },
    parseCredential(credential),
    { region: regionOf(url.hostname), service: SERVICE, time },
  );
}

/** `bedrock-runtime.eu-west-1.amazonaws.com`, also of FIPS, dual-stack, private and Chinese endpoints. */
export function regionOf(hostname: string): string {
  return /(?:^|\.)bedrock-runtime(?:-fips)?\.([a-z]{2,}(?:-[a-z]+)+-\d+)\./.exec(hostname)?.[1] ?? DEFAULT_REGION;
}

function parseCredential(credential: string): AwsCredentials {
  const [accessKeyId = '', secretAccessKey = '', sessionToken, ...more] = credential.split(':');
  if (accessKeyId === '' || secretAccessKey === '' || sessionToken === '' || more.length > 0) {
    throw new ModelError({
      kind: 'auth',
      message:
        'The Bedrock credential is neither an API key nor ACCESS_KEY_ID:SECRET_ACCESS_KEY or ACCESS_KEY_ID:SECRET_ACCESS_KEY:SESSION_TOKEN.',
    });
  }
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** What AWS demands to be signed. Others may change on the way, as tracing headers do. */
function signedHeaders(headers: OutgoingRequest['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^(content-type|x-amz-.+)$/i.test(name)));
}
