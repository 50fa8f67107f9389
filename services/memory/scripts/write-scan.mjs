// Compiles src/vectors/scan.wat into src/vectors/scan.gen.ts. With --check: says whether that file is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const folder = new URL('../src/vectors/', import.meta.url);
const source = readFileSync(new URL('scan.wat', folder), 'utf8');
const { parseWat } = await wabt();
const { buffer } = parseWat('scan.wat', source, { simd: true }).toBinary({});
const target = new URL('scan.gen.ts', folder);
const text = `/** scan.wat, compiled by scripts/write-scan.mjs: base64. */
export const SCAN =
  '${Buffer.from(buffer).toString('base64')}';
`;
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('scan.gen.ts is not what scan.wat gives. Run: node services/memory/scripts/write-scan.mjs');
    process.exit(1);
  }
} else writeFileSync(target, text);
