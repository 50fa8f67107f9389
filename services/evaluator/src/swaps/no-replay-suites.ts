import { Injectable } from '@nestjs/common';
import type { ReplaySuites } from './replay-suites.js';
import { swapInvalid } from './swap-errors.js';

/** Where recorded runs cannot be replayed. */
@Injectable()
export class NoReplaySuites implements ReplaySuites {
  keep(): Promise<never> {
    return Promise.reject(swapInvalid('Recorded runs cannot be replayed here. Give a suite, and no replay.'));
  }
}
