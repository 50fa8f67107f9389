import { access, constants } from 'node:fs/promises';
import { SwitchyardError } from '@switchyard/contracts';

/** Where Debian and its relatives put the package `chromium` or `chromium-browser`. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];

/**
 * The browser's program: the one that is named (`SWITCHYARD_CHROMIUM`), else the distribution's.
 *
 * @throws SwitchyardError `tool.browser_missing`
 */
export async function findChromium(named: string | undefined): Promise<string> {
  const places = named === undefined ? PLACES : [named];
  for (const place of places) {
    if (await isProgram(place)) return place;
  }
  const why =
    named === undefined ? 'there is none on this machine' : `SWITCHYARD_CHROMIUM names ${named}, which is no program`;
  throw new SwitchyardError(
    'tool.browser_missing',
    `Tools of web pages need Chromium, and ${why}. Install it where the tool host runs (Debian: apt-get install chromium), or set SWITCHYARD_CHROMIUM to the program.`,
    { details: { looked_at: places } },
  );
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
