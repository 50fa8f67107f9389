import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@switchyard/telemetry';
import type { Browser } from 'playwright-core';
import { SwitchyardError } from '@switchyard/contracts';
import type { FetchGuard } from '../builtin/fetch/guarded-target.js';
import { unavailable } from '../servers/server-failure.js';
import type { BrowserPool } from './browser-pool.js';
import { EgressProxy } from './egress-proxy.js';
import type { KeptProfiles } from './kept-profiles.js';
import { TenantProfile } from './tenant-profile.js';
import type { WebSettings } from './web-settings.js';

/** Tenants whose pages of one server are open at once. */
const MAX_PROFILES = 16;
/** How long the calls of a session that is given up may go on in what still stands. */
const LEAVE_MS = 60_000;
const LOOK_MS = 50;

export interface WebSessionParts {
  server: string;
  settings: WebSettings;
  pool: BrowserPool;
  guard: FetchGuard;
  kept: KeptProfiles;
  /** Whose pages are looked at for what is listed. */
  listingTenant: string;
  logger: Logger;
  /** What the listing tenant's pages offer has changed. */
  onTools: () => void;
  /** The browser or the listing tenant's pages are gone, with nobody having closed them. */
  onLost: (session: WebSession, error: SwitchyardError) => void;
}

/** The pages of one tenant: being opened, or open. */
interface Slot {
  opening: Promise<TenantProfile>;
  profile?: TenantProfile;
  /** Ends its rest. */
  timer?: NodeJS.Timeout;
}

/** One server's pages in the browser, for each tenant its own; closed when nobody calls, and opened again by the next call. */
export class WebSession {
  /** By tenant, the longest unused first. */
  private readonly slots = new Map<string, Slot>();
  /** By tenant: what is kept of it is not there before. */
  private readonly closing = new Map<string, Promise<void>>();
  private readonly watched = new WeakSet<Browser>();
  private ended = false;

  private constructor(
    private readonly parts: WebSessionParts,
    private readonly proxy: EgressProxy,
  ) {}

  /** Opens the pages for the first time. @throws SwitchyardError why they cannot be had now */
  static async open(parts: WebSessionParts): Promise<WebSession> {
    const session = new WebSession(parts, await EgressProxy.start(parts.guard, parts.logger));
    try {
      await session.profileOf(parts.listingTenant);
      return session;
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  /** The listing tenant's pages, where they are open. */
  get listing(): TenantProfile | undefined {
    return this.slots.get(this.parts.listingTenant)?.profile;
  }

  /**
   * A tenant's pages, opened where they are not.
   *
   * @throws SwitchyardError `tool.unavailable`, `tool.browser_missing`, `tool.overloaded`: nothing was called
   */
  async profileOf(tenant: string): Promise<TenantProfile> {
    if (this.ended) throw unavailable(this.parts.server, 'its pages are being closed');
    const slot = this.slots.get(tenant) ?? this.openFor(tenant);
    const profile = await slot.opening;
    this.use(tenant, slot);
    return profile;
  }

  /** Closes what nobody uses now, and the rest when its calls have ended. */
  async end(): Promise<void> {
    this.ended = true;
    const until = performance.now() + LEAVE_MS;
    await Promise.all(
      [...this.slots].map(async ([tenant, slot]) => {
        await slot.opening.catch(() => undefined);
        while (isBusy(slot) && performance.now() < until) await sleep(LOOK_MS);
        await this.closeSlot(tenant, slot);
      }),
    );
    await Promise.all(this.closing.values());
    await this.parts.pool.release(this);
    await this.proxy.close();
  }

  private openFor(tenant: string): Slot {
    if (this.slots.size >= MAX_PROFILES) this.makeRoom();
    const slot: Slot = { opening: this.openProfile(tenant, (profile) => (slot.profile = profile)) };
    this.slots.set(tenant, slot);
    slot.opening.catch(() => this.forget(tenant, slot));
    return slot;
  }

  private async openProfile(tenant: string, opened: (profile: TenantProfile) => void): Promise<TenantProfile> {
    const { server, settings, pool, kept, listingTenant, logger, onTools } = this.parts;
    await this.closing.get(tenant);
    const browser = await pool.hold(this, logger);
    this.watch(browser);
    const profile = await TenantProfile.open({
      server,
      settings,
      browser,
      proxy: this.proxy,
      storage: kept.of(tenant),
      logger,
      onChange: () => {
        if (tenant === listingTenant) onTools();
      },
      onLost: (why) => this.profileLost(tenant, why),
    });
    opened(profile);
    if (tenant === listingTenant) onTools();
    return profile;
  }

  /** A tenant's pages are gone. The listing tenant's are missed at once; another's are opened by its next call. */
  private profileLost(tenant: string, why: string): void {
    const { server, listingTenant, logger, onLost } = this.parts;
    const slot = this.slots.get(tenant);
    if (!slot) return;
    logger.warn({ server, tenant, why }, 'A page of tools was lost');
    this.forget(tenant, slot);
    void slot.profile?.close();
    if (tenant === listingTenant) onLost(this, unavailable(server, `its page ${why}`));
  }

  private watch(browser: Browser): void {
    if (this.watched.has(browser)) return;
    this.watched.add(browser);
    browser.once('disconnected', () => {
      for (const { profile } of this.slots.values()) profile?.abandon('is gone with its browser');
      if (this.ended || this.slots.size === 0) return;
      this.parts.onLost(this, unavailable(this.parts.server, 'the browser has ended'));
    });
  }

  /** The pages are closed when nothing has been called for a while. */
  private use(tenant: string, slot: Slot): void {
    if (this.slots.get(tenant) !== slot) return;
    this.slots.delete(tenant);
    this.slots.set(tenant, slot);
    clearTimeout(slot.timer);
    slot.timer = setTimeout(() => void this.rest(tenant, slot), this.parts.settings.idleMs);
    slot.timer.unref();
  }

  private async rest(tenant: string, slot: Slot): Promise<void> {
    if (isBusy(slot)) return this.use(tenant, slot);
    await this.closeSlot(tenant, slot);
    if (this.slots.size === 0 && !this.ended) await this.parts.pool.release(this);
  }

  private closeSlot(tenant: string, slot: Slot): Promise<void> {
    this.forget(tenant, slot);
    const closed = (async () => {
      const profile = await slot.opening.catch(() => undefined);
      if (!profile) return;
      const { settings, kept } = this.parts;
      if (settings.profile === 'kept') kept.keep(tenant, await profile.storage());
      await profile.close();
    })();
    this.closing.set(tenant, closed);
    return closed.finally(() => {
      if (this.closing.get(tenant) === closed) this.closing.delete(tenant);
    });
  }

  private forget(tenant: string, slot: Slot): void {
    clearTimeout(slot.timer);
    if (this.slots.get(tenant) === slot) this.slots.delete(tenant);
  }

  /** Closes the pages that have rested longest. @throws SwitchyardError `tool.overloaded` where all are in use */
  private makeRoom(): void {
    const { server, listingTenant } = this.parts;
    const resting = [...this.slots].find(([tenant, slot]) => tenant !== listingTenant && slot.profile && !isBusy(slot));
    if (!resting) {
      throw new SwitchyardError(
        'tool.overloaded',
        `The pages of "${server}" are open for ${MAX_PROFILES} tenants, and all are in use. Try again in a moment.`,
        { retryable: true },
      );
    }
    void this.closeSlot(...resting);
  }
}

function isBusy({ profile }: Slot): boolean {
  return profile !== undefined && profile.calls > 0;
}
