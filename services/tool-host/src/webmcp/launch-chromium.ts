import { SwitchyardError } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import type { Browser } from 'playwright-core';
import { messageOf } from '../shared/error-text.js';
import { findChromium } from './find-chromium.js';

const LAUNCH_TIMEOUT_MS = 30_000;
/** The heap of one page's scripts, in MiB. */
const PAGE_HEAP_MIB = 512;
/** What the browser is told of this process' environment: no secret of ours is readable for it. */
const ENVIRONMENT = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TZ', 'XDG_RUNTIME_DIR'];

/**
 * Every way out goes through the proxy of a profile: what has none ends at a port where nobody listens, no name is resolved by the
 * browser itself, and no datagram leaves.
 */
const NOWHERE = 'http://127.0.0.1:1';
const SWITCHES = [
  '--enable-features=WebMCP',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  '--disable-quic',
  '--force-webrtc-ip-handling-policy',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-domain-reliability',
  '--no-pings',
  '--disable-sync',
  '--mute-audio',
  `--js-flags=--max-old-space-size=${PAGE_HEAP_MIB}`,
];

/**
 * Starts the browser, in its sandbox wherever the host has one: a process of root's has none.
 *
 * @throws SwitchyardError `tool.browser_missing`, `tool.browser_failed` (retryable)
 */
export async function launchChromium(named: string | undefined, logger: Logger): Promise<Browser> {
  const executablePath = await findChromium(named);
  const chromiumSandbox = process.getuid?.() !== 0;
  if (!chromiumSandbox) {
    logger.warn(
      'Chromium runs without its own sandbox, because this process is root. Run the tool host as another user.',
    );
  }
  // Only here: who has no pages to open loads nothing of it.
  const { chromium } = await import('playwright-core');
  try {
    return await chromium.launch({
      executablePath,
      chromiumSandbox,
      headless: true,
      args: SWITCHES,
      env: environmentOf(process.env),
      proxy: { server: NOWHERE },
      timeout: LAUNCH_TIMEOUT_MS,
      // The tool host decides itself how it ends.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (cause) {
    throw new SwitchyardError('tool.browser_failed', `Chromium did not start: ${reasonOf(cause)}.`, {
      retryable: true,
      details: { program: executablePath, sandbox: chromiumSandbox },
      cause,
    });
  }
}

function environmentOf(all: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(ENVIRONMENT.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

/** The first line says what, and the last of the browser's own words why; between them is its whole command line. */
function reasonOf(cause: unknown): string {
  const lines = messageOf(cause).split('\n');
  const said = lines.filter((line) => /error|sandbox|cannot|failed/i.test(line) && !line.includes('--headless'));
  return [lines[0], said.at(-1)].filter(Boolean).join('; ').slice(0, 500);
}
