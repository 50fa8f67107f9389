import type { Logger } from '@switchyard/telemetry';
import type { BrowserContext, CDPSession, Frame, Page } from 'playwright-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../shared/error-text.js';
import { within } from '../shared/within.js';
import { unavailable } from '../servers/server-failure.js';
import type { EgressProxy } from './egress-proxy.js';
import { FrameOrigins } from './frame-origins.js';
import type { InjectedTools } from './injected-tools.js';
import { MAX_TOOLS, NativeTools, type OfferedByFrame } from './native-tools.js';
import { guardNavigation } from './navigation-guard.js';

const LOAD_TIMEOUT_MS = 30_000;
/** A page whose tools have not changed for this long is taken to have them together. */
const QUIET_MS = 150;
/** How long a loaded page without a tool is waited for. */
const NO_TOOLS_MS = 1_500;
const SETTLE_LIMIT_MS = 10_000;
const PULSE_MS = 3_000;
const CLOSE_MS = 5_000;
/** Frames in processes of their own that are looked into; others show, and offer nothing. */
const MAX_FRAME_SESSIONS = 16;

export interface WebPageParts {
  server: string;
  /** Where it begins, and is brought back to. */
  url: string;
  origins: ReadonlySet<string>;
  context: BrowserContext;
  proxy: EgressProxy;
  injected: InjectedTools;
  logger: Logger;
  onChange: () => void;
  onLost: (why: string) => void;
  /** Told of the tab before it shows anything. */
  onTab: (page: Page) => void;
}

/** One page in a tab of its own: kept within its origins, its tools watched in all its frames. */
export class WebPage {
  private readonly native: NativeTools[] = [];
  private readonly watched = new WeakSet<Frame>();
  private changedAt = 0;
  private loaded = false;
  private closing = false;
  /** Calls under way: nobody takes the page elsewhere meanwhile. */
  calls = 0;

  private constructor(
    private readonly parts: WebPageParts,
    private readonly page: Page,
  ) {}

  /** @throws SwitchyardError `tool.unavailable` with the reason */
  static async open(parts: WebPageParts): Promise<WebPage> {
    const tab = await parts.context.newPage();
    parts.onTab(tab);
    const page = new WebPage(parts, tab);
    try {
      await page.watch();
      await page.goHome();
      return page;
    } catch (error) {
      await page.close();
      throw error;
    }
  }

  /** Whether it shows its first address, whatever it has put behind the path. */
  get isHome(): boolean {
    const [here, home] = [new URL(this.page.url()), new URL(this.parts.url)];
    return here.origin === home.origin && here.pathname === home.pathname;
  }

  get address(): string {
    return this.page.url();
  }

  /** What the page and its frames offer: the page's own first, of allowed origins alone. */
  tools(): OfferedByFrame[] {
    const all = [...this.native.flatMap((tools) => tools.list()), ...this.parts.injected.list(this.page)];
    return all
      .filter(({ origin }) => this.parts.origins.has(origin))
      .sort((a, b) => Number(b.isMain) - Number(a.isMain) || (a.name < b.name ? -1 : 1))
      .slice(0, MAX_TOOLS);
  }

  /** Opens its first address, and waits for what it offers there. @throws SwitchyardError `tool.unavailable` */
  async goHome(): Promise<void> {
    const { server, url, proxy } = this.parts;
    this.loaded = false;
    const response = await this.page
      .goto(url, { waitUntil: 'domcontentloaded', timeout: LOAD_TIMEOUT_MS })
      .catch((cause: unknown) => {
        const refusal = proxy.refusalOf(new URL(url));
        throw unavailable(server, refusal?.message ?? firstLine(messageOf(cause)), cause);
      });
    if (response && response.status() >= 400)
      throw unavailable(server, `${url} answered with HTTP ${response.status()}`);
    await this.settled();
  }

  /** Waits until the page offers something and has stopped changing it; not for ever where it offers nothing. */
  async settled(): Promise<void> {
    const began = performance.now();
    for (;;) {
      const now = performance.now();
      const loadedFor = this.loaded ? now - began : 0;
      const quiet = now - this.changedAt > QUIET_MS;
      if (quiet && (this.tools().length > 0 ? this.loaded : loadedFor > NO_TOOLS_MS)) return;
      if (now - began > SETTLE_LIMIT_MS || this.page.isClosed()) return;
      await sleep(25);
    }
  }

  /** Whether its scripts still run. */
  async hasPulse(): Promise<boolean> {
    let alive = false;
    const asked = this.page.evaluate('1').then(
      () => {
        alive = true;
      },
      () => undefined,
    );
    await within(asked, PULSE_MS);
    return alive;
  }

  async close(): Promise<void> {
    this.abandon('was closed');
    await within(
      this.page.close().catch((error: unknown) => this.debug(error)),
      CLOSE_MS,
    );
  }

  private async watch(): Promise<void> {
    const { page, parts } = this;
    page.on('load', () => {
      this.loaded = true;
    });
    page.on('crash', () => this.lost('crashed'));
    page.on('close', () => this.lost('was closed'));
    page.on('frameattached', (frame) => void this.watchFrame(frame));
    page.on('framenavigated', (frame) => void this.watchFrame(frame));
    page.on('framedetached', (frame) => parts.injected.detached(frame));
    await this.watchSession(await parts.context.newCDPSession(page), true);
  }

  /** A frame that runs in a process of its own has a protocol session of its own. */
  private async watchFrame(frame: Frame): Promise<void> {
    if (frame === this.page.mainFrame() || this.watched.has(frame) || this.native.length > MAX_FRAME_SESSIONS) return;
    let session: CDPSession;
    try {
      session = await this.parts.context.newCDPSession(frame);
    } catch (error) {
      // It runs in its parent's process, whose session sees it, or is gone already.
      return this.debug(error);
    }
    this.watched.add(frame);
    session.on('close', () => this.watched.delete(frame));
    await this.watchSession(session, false).catch((error: unknown) => this.debug(error));
  }

  private async watchSession(session: CDPSession, hasPage: boolean): Promise<void> {
    const { server, origins, logger } = this.parts;
    const frames = new FrameOrigins(hasPage, (frameId) => tools.frameGone(frameId));
    const tools = new NativeTools(session, frames, server, () => this.changed());
    await guardNavigation(session, { origins, server, logger });
    await frames.watch(session);
    await tools.start();
    this.native.push(tools);
    session.on('close', () => {
      tools.lost('was closed');
      this.native.splice(this.native.indexOf(tools), 1);
      this.changed();
    });
    this.changed();
  }

  changed(): void {
    this.changedAt = performance.now();
    if (!this.closing) this.parts.onChange();
  }

  /** It is gone, and its calls with it. */
  abandon(why: string): void {
    this.closing = true;
    for (const tools of this.native) tools.lost(why);
    this.parts.injected.lost(this.page, why);
  }

  private lost(why: string): void {
    if (this.closing) return;
    this.abandon(why);
    this.parts.onLost(why);
  }

  private debug(error: unknown): void {
    this.parts.logger.debug({ err: error, server: this.parts.server }, 'A page or frame could not be reached');
  }
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 300);
}
