import { Inject, Injectable } from '@nestjs/common';
import { Bus, type Listening } from '@switchyard/bus';
import { EmptySchema, ToolSettingsSchema, toWire, type ToolSettings } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { checkToolSettings, saysNothing } from './check-tool-settings.js';
import { settingsOf, type SaidOfTool } from './settings-of.js';
import { ToolSettingsRepository } from './tool-settings.repository.js';

/** How often a host looks for what was set at another one, should it have missed the word of it. */
const RELOAD_MS = 5_000;

/** What people say of tools, as this host last read it. */
@Injectable()
export class ToolSettingsService {
  /** Grows with every change. */
  version = 0;

  private all: readonly ToolSettings[] = [];
  private text = '';
  private timer: NodeJS.Timeout | undefined;
  private listening: Listening | undefined;

  constructor(
    @Inject(ToolSettingsRepository) private readonly repository: ToolSettingsRepository,
    @Inject(Bus) private readonly bus: Pick<Bus, 'subjects' | 'emit' | 'subscribe'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    this.listening = this.bus.subscribe(this.changedSubject, EmptySchema, () => this.reload());
    await this.reload();
    this.timer = setInterval(() => {
      this.reload().catch((error: unknown) => {
        this.logger.warn({ err: error }, 'The settings of tools could not be read');
      });
    }, RELOAD_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.listening?.stop();
  }

  of(name: string, toolset: string): SaidOfTool | undefined {
    return this.all.length === 0 ? undefined : settingsOf(this.all, name, toolset);
  }

  list(): Promise<ToolSettings[]> {
    return this.repository.list();
  }

  /**
   * Replaces what is said of a tool. Settings that say nothing are forgotten.
   *
   * @throws SwitchyardError `tool_settings.invalid`
   */
  async apply(settings: ToolSettings): Promise<ToolSettings> {
    checkToolSettings(settings);
    const { updatedBy: by, updatedAt: _, ...said } = settings;
    let applied = settings;
    if (saysNothing(settings)) await this.repository.remove(settings.tool);
    else applied = await this.repository.apply({ ...said, updatedBy: '' }, by);
    this.bus.emit(this.changedSubject, EmptySchema, {});
    await this.reload();
    return applied;
  }

  async reload(): Promise<void> {
    const all = await this.repository.list();
    const text = JSON.stringify(all.map((settings) => toWire(ToolSettingsSchema, settings)));
    if (text === this.text) return;
    this.text = text;
    this.all = all;
    this.version += 1;
  }

  /** Heard by every host, not by one of a group. */
  private get changedSubject(): string {
    return this.bus.subjects.rpc('tool-host', 'settings_changed');
  }
}
