import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import { ToolSettingsSchema, toWire, type ToolSettings } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { InStep, type InStepOptions } from '../shared/in-step.js';
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
  private readonly inStep: InStep;

  constructor(
    @Inject(ToolSettingsRepository) private readonly repository: ToolSettingsRepository,
    @Inject(Bus) bus: InStepOptions['bus'],
    @Inject(LOGGER) logger: Logger,
  ) {
    this.inStep = new InStep({
      bus,
      logger,
      word: 'settings_changed',
      everyMs: RELOAD_MS,
      read: () => this.readAll(),
      failure: 'The settings of tools could not be read',
    });
  }

  start(): Promise<void> {
    return this.inStep.start();
  }

  stop(): Promise<void> {
    return this.inStep.stop();
  }

  /** Reads what was set at other hosts. */
  reload(): Promise<void> {
    return this.inStep.read();
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
    await this.inStep.tell();
    return applied;
  }

  private async readAll(): Promise<void> {
    const all = await this.repository.list();
    const text = JSON.stringify(all.map((settings) => toWire(ToolSettingsSchema, settings)));
    if (text === this.text) return;
    this.text = text;
    this.all = all;
    this.version += 1;
  }
}
