import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sampleFiles } from './sample-files.js';

// After a change of the generator: node test/bench/dist/memory/samples/write-samples.js
for (const [path, text] of sampleFiles()) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  console.log(path);
}
