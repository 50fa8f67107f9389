import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** The verifier as it is run by hand, in a process of its own; it answers with its report, whatever it found. */
export function runChaos(...options: string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROGRAM, '--json', ...options], { maxBuffer: 2 ** 26 }, (error, output, said) => {
      const line = output.split('\n').find((text) => /^[[{]/.test(text));
      if (line === undefined) reject(new Error(`no report: ${said}`, { cause: error }));
      else resolve(JSON.parse(line));
    });
  });
}
