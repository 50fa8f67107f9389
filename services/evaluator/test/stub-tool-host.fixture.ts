import { Controller, Inject, Module } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  SwitchyardError,
  ToolHostService,
  type ListToolsQuery,
  type MessageInitShape,
  type ToolCall,
  type ToolDefinitionSchema,
  type ToolListSchema,
  type ToolResultSchema,
} from '@switchyard/contracts';
import { startService, type RunningService } from '@switchyard/service';

/** Stands for the tool host: lists tools, and answers each call id once, as the ledger does. */
export class StubToolHost {
  readonly tools: MessageInitShape<typeof ToolDefinitionSchema>[] = [];
  readonly calls = new Map<string, ToolCall>();
  /** Calls, repetitions included. */
  asked = 0;
  answer: (call: ToolCall) => MessageInitShape<typeof ToolResultSchema> = () => answered('1');
  /** So many calls are answered by an error that may be tried again. */
  busyFor = 0;
}

export function answered(text: string): MessageInitShape<typeof ToolResultSchema> {
  return { status: 'ok', content: [{ type: 'text', text }] };
}

@Controller()
class StubToolHostController {
  constructor(@Inject(StubToolHost) private readonly host: StubToolHost) {}

  @Rpc(ToolHostService.method.listTools)
  listTools({ names }: ListToolsQuery): MessageInitShape<typeof ToolListSchema> {
    return { tools: this.host.tools.filter(({ name }) => names.includes(name ?? '')) };
  }

  @Rpc(ToolHostService.method.callTool)
  callTool(call: ToolCall): MessageInitShape<typeof ToolResultSchema> {
    this.host.asked += 1;
    if (this.host.busyFor-- > 0) throw new SwitchyardError('tool.busy', 'Try again.', { retryable: true });
    this.host.calls.set(call.callId, call);
    return { callId: call.callId, ...this.host.answer(call) };
  }
}

@Module({})
class StubToolHostModule {}

export function startStubToolHost(host: StubToolHost, config: Config): Promise<RunningService> {
  const module = () => ({
    module: StubToolHostModule,
    controllers: [StubToolHostController],
    providers: [{ provide: StubToolHost, useValue: host }],
  });
  return startService({ name: 'tool-host', module }, { config });
}
