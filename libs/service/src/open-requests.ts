import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** How long a stop waits for answers that are being made. A stream of events takes longer, and its reader comes back. */
const WAIT_MS = 1_000;

/** HTTP requests that were not answered yet. */
export class OpenRequests {
  private count = 0;
  private onEmpty: (() => void) | undefined;

  watch(app: NestFastifyApplication): void {
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', (_request, reply, done) => {
        this.count++;
        reply.raw.once('close', () => {
          this.count--;
          if (this.count === 0) this.onEmpty?.();
        });
        done();
      });
  }

  /** Resolves when none is open, and after a second at the latest. */
  settled(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, WAIT_MS);
      this.onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
