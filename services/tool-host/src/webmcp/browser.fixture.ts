import { accessSync, constants } from 'node:fs';

const PLACES = [process.env['SWITCHYARD_CHROMIUM'] ?? [], '/usr/bin/chromium', '/usr/bin/chromium-browser'].flat();

/** Whether tests that need a real browser can run. In CI there has to be one. */
export const hasBrowser = process.env['CI'] !== undefined || PLACES.some(isProgram);

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Then it is none.
    return false;
  }
}
