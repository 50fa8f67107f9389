import { run } from './run.mjs';

/** Long enough for any registry that answers at all. */
const ANSWER_MS = 5_000;

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
    const code = error?.cause?.code ?? error?.name;
    // A certificate that this process does not know may be one that npm was told of.
    return /CERT|SIGNED|ALTNAME/.test(code) ? undefined : `${registry} does not answer (${code}).`;
  }
}
