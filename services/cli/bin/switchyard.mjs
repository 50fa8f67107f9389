#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error(
    'switchyard is not built yet. In the clone, run: npm ci && npm run build (or npm start, which does both).',
  );
  process.exit(2);
}
await import(main.href);
