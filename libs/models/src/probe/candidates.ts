import type { WireApiName } from '../profile/profile.js';
import { probeError } from './probe-error.js';

/** A wire API that may be spoken, at the base URL that it has then. */
export interface Candidate {
  api: WireApiName;
  baseUrl: string;
  /** Why it is thought of: for a person. */
  why: string;
}

const SECRET_PARAMETER = /^(api[-_]?key|key|token|access[-_]?token|secret)$/iu;

/** Paths of operations, which people copy together with the base URL. */
const OPERATIONS =
  /\/(?:chat\/completions|(?<=\/v2\/)chat|completions|messages|responses|api\/(?:chat|generate|tags)|models(?:\/[^/]+:\w+)?|model\/[^/]+\/converse(?:-stream)?)$/u;

/** Whose address it is. */
const HOSTS: readonly [RegExp, WireApiName][] = [
  [/^api\.anthropic\.com$/u, 'anthropic'],
  [/(?:^|-)aiplatform\.googleapis\.com$|^generativelanguage\.googleapis\.com$/u, 'gemini'],
  [/^bedrock-runtime[.-].*amazonaws\.com/u, 'bedrock'],
  [/^(?:api|codestral)\.mistral\.ai$/u, 'mistral'],
  [/^api\.cohere\.(?:com|ai)$/u, 'cohere'],
];

/** Of an address that says nothing, the most usual first. */
const USUAL: readonly WireApiName[] = [
  'openai-chat',
  'anthropic',
  'openai-responses',
  'ollama',
  'gemini',
  'cohere',
  'bedrock',
  'completion',
];

/** @throws ModelError `probe.url_invalid` */
export function baseUrlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw probeError(
      'url_invalid',
      'That is no address to probe: a URL that begins with http:// or https:// is needed.',
    );
  const secret =
    url.username !== '' ||
    url.password !== '' ||
    [...url.searchParams.keys()].some((key) => SECRET_PARAMETER.test(key));
  if (secret)
    throw probeError(
      'url_invalid',
      'The URL holds a secret, and would be written into a file: put it in an environment variable and name that.',
    );
  url.hash = '';
  url.pathname = url.pathname.replace(/\/+$/u, '').replace(OPERATIONS, '');
  return url;
}

/** What may be spoken at an address, the likeliest first. With `api` only that. */
export function candidatesAt(url: URL, api: WireApiName | undefined): Candidate[] {
  const host = HOSTS.find(([pattern]) => pattern.test(url.hostname))?.[1];
  const only = api ?? host;
  const why = api === undefined ? `the host is ${url.hostname}` : 'it was given';
  if (only !== undefined) return basesOf(only, url, api === undefined).map((baseUrl) => ({ api: only, baseUrl, why }));
  const path = url.pathname;
  const first: WireApiName[] = [
    ...(url.port === '11434' ? (['ollama'] as const) : []),
    ...(/\/v1beta\d*$/u.test(path) ? (['gemini'] as const) : []),
    ...(/\/v2$/u.test(path) ? (['cohere'] as const) : []),
    ...(/anthropic/iu.test(path) ? (['anthropic'] as const) : []),
  ];
  const order = [...new Set([...first, ...USUAL])];
  return order.flatMap((each) =>
    basesOf(each, url, true).map((baseUrl) => ({ api: each, baseUrl, why: 'the endpoint answered it' })),
  );
}

/** The base URL under which a wire API lies, where only the host was named, or another API's version. */
function basesOf(api: WireApiName, url: URL, complete: boolean): string[] {
  const at = (path: string): string => {
    const copy = new URL(url);
    copy.pathname = path;
    return copy.href.replace(/\/$/u, '');
  };
  const path = url.pathname.replace(/\/$/u, '');
  if (!complete) return [at(path)];
  switch (api) {
    case 'ollama':
      // Its own API lies beside `/v1`, where other programs are pointed to.
      return [at(path.replace(/\/(?:v1|api)$/u, ''))];
    case 'bedrock':
      return [at(path.replace(/\/v1$/u, ''))];
    case 'gemini':
      return [at(path === '' ? '/v1beta' : path)];
    case 'cohere':
      return [at(path === '' ? '/v2' : path.replace(/\/v1$/u, '/v2'))];
    default:
      return [at(path === '' ? '/v1' : path)];
  }
}
