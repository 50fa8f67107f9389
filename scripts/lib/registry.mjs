import { run } from './run.mjs';

/** Who does not answer within this is left to npm. */
const ANSWER_MS = 5_000;
/** No name, or no way there: npm will find no other. Slow answers and certificates are for npm to judge. */
const CERTAIN = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH']);

/**
 * Why the npm registry cannot be reached; undefined when it can, or when only npm knows how (through a proxy). npm itself
 * takes minutes to find out.
 */
export async function whyUnreachable(npm) {
  const setting = async (name) => (await run([...npm, 'config', 'get', name], { quiet: true })).output.trim();
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].some((name) => process.env[name]);
  if (proxies || (await setting('https-proxy')) !== 'null' || (await setting('proxy')) !== 'null') return undefined;
  const registry = await setting('registry');
  try {
    // Any answer will do: a refusal is for npm to read.
    await fetch(registry, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_MS) });
    return undefined;
  } catch (error) {
    const code = error?.cause?.code;
    return CERTAIN.has(code) ? `${registry} does not answer (${code}).` : undefined;
  }
}
