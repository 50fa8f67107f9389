import type { Logger } from '@switchyard/telemetry';
import type { Browser } from 'playwright-core';
import { launchChromium } from './launch-chromium.js';

/** The one browser of a tool host: there while somebody holds it, started anew by who comes after it is gone. */
export class BrowserPool {
  private launching: Promise<Browser> | undefined;
  private readonly holders = new Set<object>();

  constructor(
    private readonly executable: string | undefined,
    private readonly launch = launchChromium,
  ) {}

  /**
   * A browser that runs now, until `release` of the same holder.
   *
   * @throws SwitchyardError `tool.browser_missing`, `tool.browser_failed`
   */
  async hold(holder: object, logger: Logger): Promise<Browser> {
    this.holders.add(holder);
    try {
      return await this.running(logger);
    } catch (error) {
      await this.release(holder);
      throw error;
    }
  }

  /** The last one to go closes the browser. */
  async release(holder: object): Promise<void> {
    if (!this.holders.delete(holder) || this.holders.size > 0) return;
    const launching = this.launching;
    this.launching = undefined;
    const browser = await launching?.catch(() => undefined);
    await browser?.close();
  }

  private async running(logger: Logger): Promise<Browser> {
    const launching = (this.launching ??= this.launch(this.executable, logger));
    try {
      const browser = await launching;
      if (browser.isConnected()) return browser;
    } catch (error) {
      if (this.launching === launching) this.launching = undefined;
      throw error;
    }
    // It has crashed since.
    if (this.launching === launching) this.launching = undefined;
    return this.running(logger);
  }
}
