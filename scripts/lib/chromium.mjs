// The browser of the tests of web pages: Debian's package. It is installed where that can be done without asking anybody (root, apt-get);
// elsewhere those tests are left out, with a line that says so. In CI they are never left out.
import { accessSync, constants } from 'node:fs';
import { run, ticking } from './run.mjs';

const places = () => [process.env.SWITCHYARD_CHROMIUM ?? [], '/usr/bin/chromium', '/usr/bin/chromium-browser'].flat();
const found = () => places().some(isProgram);

export async function ensureChromium() {
  if (found()) return;
  const root = process.getuid?.() === 0;
  if (root && isProgram('/usr/bin/apt-get')) {
    const done = ticking('Installing chromium');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const options = ['-qq', '-o', 'Acquire::Retries=2'];
    const install = ['apt-get', ...options, 'install', '-y', '--no-install-recommends', 'chromium'];
    // The lists first: old ones name a browser of before the interface was what it is. Where they cannot be had, the old ones have to do.
    await run(['apt-get', ...options, 'update'], { quiet: true, env });
    const result = await run(install, { quiet: true, env });
    done(found() ? 'done' : 'failed');
    if (!found()) process.stderr.write(`${result.output.trim().split('\n').slice(-5).join('\n')}\n`);
  }
  if (!found())
    process.stderr.write(
      'Chromium is not there: the tests of web pages are left out, or fail in CI. Debian: apt-get install chromium; or set SWITCHYARD_CHROMIUM.\n',
    );
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
