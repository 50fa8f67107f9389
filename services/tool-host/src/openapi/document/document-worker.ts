import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../shared/error-text.js';
import { DocumentFault } from './document-fault.js';
import { readDocument, type ReadOptions } from './read-document.js';
import type { ReadDocument } from '../operation.js';

export interface ReadRequest {
  text: string;
  options: ReadOptions;
}

export type ReadReply = { document: ReadDocument } | { fault: string };

/** Entry of the thread in which documents are read, one after the other. */
parentPort?.on('message', ({ text, options }: ReadRequest) => {
  void readDocument(text, options)
    .then((document): ReadReply => ({ document }))
    .catch((error: unknown): ReadReply => ({
      fault: error instanceof DocumentFault ? error.message : `it could not be read: ${messageOf(error)}`,
    }))
    .then((reply) => parentPort?.postMessage(reply));
});
