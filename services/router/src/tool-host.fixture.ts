import { Controller, Inject, Module } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  SwitchyardError,
  ToolHostService,
  type EffectListSchema,
  type EffectQuery,
  type EffectSchema,
  type ListEffectsQuery,
  type ListToolsQuery,
  type ToolListSchema,
} from '@switchyard/contracts';
import type { ServiceDefinition } from '@switchyard/service';
import type { Init } from './shared/init.js';

/** What the stub knows; tests change it. */
export class StubTools {
  names = ['calculator', 'clock', 'files.read', 'files.write'];
  /** What its ledger has. */
  effects: Init<typeof EffectSchema>[] = [];
}

@Controller()
class StubToolHostController {
  constructor(@Inject(StubTools) private readonly tools: StubTools) {}

  @Rpc(ToolHostService.method.listTools)
  list({ names }: ListToolsQuery): Init<typeof ToolListSchema> {
    const known = this.tools.names;
    const matches = (tool: string, name: string) =>
      tool === name || (name.endsWith('.*') && tool.startsWith(name.slice(0, -1)));
    const missing = names.filter((name) => !known.some((tool) => matches(tool, name)));
    if (missing.length > 0) throw new SwitchyardError('tool.not_found', `There is no tool ${missing.join(', ')}.`);
    return {
      tools: known
        .filter((tool) => names.length === 0 || names.some((name) => matches(tool, name)))
        .map((name) => ({ name })),
    };
  }

  @Rpc(ToolHostService.method.listEffects)
  effects({ runId, status }: ListEffectsQuery): Init<typeof EffectListSchema> {
    const found = this.tools.effects.filter((effect) => effect.runId === runId && effect.status === status);
    return { effects: found };
  }

  @Rpc(ToolHostService.method.getEffect)
  effect({ callId }: EffectQuery): Init<typeof EffectSchema> {
    const found = this.tools.effects.find((effect) => effect.callId === callId);
    if (found) return found;
    throw new SwitchyardError('effect.not_found', `The ledger has no call ${callId}.`);
  }
}

@Module({})
class StubToolHostModule {}

/** A tool host that only says which tools there are, and what its ledger has. */
export function stubToolHost(tools = new StubTools()): ServiceDefinition {
  return {
    name: 'tool-host',
    module: () => ({
      module: StubToolHostModule,
      controllers: [StubToolHostController],
      providers: [{ provide: StubTools, useValue: tools }],
    }),
  };
}
