import type { JsonObject } from '@switchyard/contracts';
import type { Logger } from '@switchyard/telemetry';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { messageOf } from '../shared/error-text.js';
import { within } from '../shared/within.js';
import { unavailable } from '../servers/server-failure.js';
import type { EgressProxy } from './egress-proxy.js';
import { InjectedTools } from './injected-tools.js';
import { NotInvoked, type OfferedByFrame } from './native-tools.js';
import { WebPage } from './web-page.js';
import type { WebSettings } from './web-settings.js';
import { notOffered } from './webmcp-failure.js';

/** How long a page that shows its first address is given to offer a tool again. */
const OFFER_AGAIN_MS = 2_000;
const CLOSE_MS = 10_000;

/** Cookies and storage, as the browser gives them. */
export type KeptStorage = Exclude<BrowserContextOptions['storageState'], string | undefined>;

export interface ProfileParts {
  server: string;
  settings: WebSettings;
  browser: Browser;
  proxy: EgressProxy;
  storage: KeptStorage | undefined;
  logger: Logger;
  /** Of what is offered. */
  onChange: () => void;
  /** A page is gone, or does not answer any more: this profile is of no more use. */
  onLost: (why: string) => void;
}

/** What a call needs to find its tool again: the page's name for it, and the origin that it was listed from. */
export interface Wanted {
  name: string;
  origin: string;
}

/** A tool and the page that it stands in. */
export interface OfferedByPage extends OfferedByFrame {
  page: WebPage;
}

/** A tenant's own cookies, storage and pages: nothing of it is shared with another tenant, or with another server. */
export class TenantProfile {
  private readonly pages: WebPage[] = [];
  private readonly own = new Set<Page>();
  private returning: Promise<void> = Promise.resolve();
  private opening = true;
  /** Calls under way. */
  calls = 0;

  private constructor(
    private readonly parts: ProfileParts,
    private readonly context: BrowserContext,
    private readonly injected: InjectedTools,
  ) {}

  /** @throws SwitchyardError `tool.unavailable` */
  static async open(parts: ProfileParts): Promise<TenantProfile> {
    const context = await parts.browser
      .newContext({
        proxy: { server: parts.proxy.address, bypass: '<-loopback>' },
        acceptDownloads: false,
        permissions: [],
        serviceWorkers: 'block',
        ...(parts.storage ? { storageState: parts.storage } : {}),
      })
      .catch((cause: unknown) => {
        throw unavailable(parts.server, 'the browser is gone', cause);
      });
    const injected = await InjectedTools.into(context, parts.server, () => profile.changed());
    const profile = new TenantProfile(parts, context, injected);
    try {
      await profile.openPages();
      return profile;
    } catch (error) {
      await profile.close();
      throw error;
    }
  }

  /** What is offered now, in the order of the pages. Of several of one name the first is there: it can be called by no other. */
  tools(): OfferedByPage[] {
    const byName = new Map<string, OfferedByPage>();
    for (const page of this.pages) {
      for (const tool of page.tools()) if (!byName.has(tool.name)) byName.set(tool.name, { ...tool, page });
    }
    return [...byName.values()];
  }

  find({ name, origin }: Wanted): OfferedByPage | undefined {
    for (const page of this.pages) {
      const tool = page.tools().find((offered) => offered.name === name && offered.origin === origin);
      if (tool) return { ...tool, page };
    }
    return undefined;
  }

  /**
   * Calls a tool that is offered; where it is not, its page is first brought back to where it was found.
   *
   * @param judge looks at what is about to be called; throws where it is not to be
   * @throws SwitchyardError `tool.not_offered`, `tool.failed`; `OutcomeInDoubt`
   */
  async call(
    wanted: Wanted,
    input: JsonObject,
    signal: AbortSignal,
    judge: (tool: OfferedByFrame) => void,
  ): Promise<unknown> {
    this.calls += 1;
    try {
      const tool = this.find(wanted) ?? (await this.findAgain(wanted));
      signal.throwIfAborted();
      judge(tool);
      return await this.invoke(tool, input, signal);
    } catch (error) {
      if (error instanceof NotInvoked) throw notOffered(this.parts.server, wanted.name, this.addresses());
      throw error;
    } finally {
      this.calls -= 1;
    }
  }

  /** What stays of it. Undefined where it cannot be had any more. */
  async storage(): Promise<KeptStorage | undefined> {
    let state: KeptStorage | undefined;
    const asked = this.context.storageState({ indexedDB: true }).then(
      (given) => {
        state = given;
      },
      (error: unknown) => this.debug(error),
    );
    await within(asked, CLOSE_MS);
    return state;
  }

  /** The browser is gone: no page says so, and no call ends by itself. */
  abandon(why: string): void {
    for (const page of this.pages) page.abandon(why);
  }

  async close(): Promise<void> {
    await Promise.all(this.pages.map((page) => page.close()));
    await within(
      this.context.close().catch((error: unknown) => this.debug(error)),
      CLOSE_MS,
    );
  }

  private async openPages(): Promise<void> {
    const { server, settings, proxy, logger, onLost } = this.parts;
    // What a page opens beside itself is nobody's.
    this.context.on('page', (page) => {
      if (!this.opening && !this.own.has(page)) void page.close().catch((error: unknown) => this.debug(error));
    });
    for (const url of settings.pages) {
      const page = await WebPage.open({
        server,
        url,
        origins: settings.origins,
        context: this.context,
        proxy,
        injected: this.injected,
        logger,
        onChange: () => this.changed(),
        onLost,
        onTab: (tab) => this.own.add(tab),
      });
      this.pages.push(page);
    }
    this.opening = false;
    const strangers = this.context.pages().filter((page) => !this.own.has(page));
    await Promise.all(strangers.map((page) => page.close()));
  }

  private async invoke(tool: OfferedByPage, input: JsonObject, signal: AbortSignal): Promise<unknown> {
    const { page } = tool;
    page.calls += 1;
    try {
      return await tool.invoke(input, signal);
    } catch (error) {
      if (signal.aborted) void this.feelPulse(page);
      throw error;
    } finally {
      page.calls -= 1;
    }
  }

  /** A tool that had to be stopped may have its page in an endless loop. */
  private async feelPulse(page: WebPage): Promise<void> {
    if (!(await page.hasPulse())) this.parts.onLost('does not answer any more');
  }

  private async findAgain(wanted: Wanted): Promise<OfferedByPage> {
    // One after the other: twenty calls bring a page back once.
    const turn = this.returning.then(async () => {
      if (this.find(wanted)) return;
      for (const page of this.pages) {
        if (page.calls === 0 && !page.isHome) await page.goHome();
      }
      const until = performance.now() + OFFER_AGAIN_MS;
      while (!this.find(wanted) && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    });
    this.returning = turn.catch((error: unknown) => this.debug(error));
    await turn;
    const found = this.find(wanted);
    if (found) return found;
    throw notOffered(this.parts.server, wanted.name, this.addresses());
  }

  private addresses(): string[] {
    return this.pages.map(({ address }) => address.split(/[?#]/)[0] ?? '');
  }

  private changed(): void {
    if (!this.opening) this.parts.onChange();
  }

  private debug(error: unknown): void {
    this.parts.logger.debug(
      { err: error, server: this.parts.server, reason: messageOf(error) },
      'A profile of pages is gone',
    );
  }
}
